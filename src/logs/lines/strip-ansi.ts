/**
 * Removes terminal sequences the way supervisord does: from ESC [ up to and including the next of a fixed set of letters,
 * though never beyond the line. No state is kept between chunks: a sequence that is cut in two stays.
 */
const ESCAPE = 27;
const BRACKET = 91;
const NEWLINE = 10;
const ENDS = new Set([...'HfABCDRsuJKhlpm'].map((letter) => letter.charCodeAt(0)));

/** Moves what remains of [from, to) together at `from`; returns its new end. */
export const stripAnsi = (bytes: Uint8Array, from: number, to: number): number => {
  let out = from;
  let at = from;
  while (at < to) {
    if (bytes[at] === ESCAPE && at + 1 < to && bytes[at + 1] === BRACKET) {
      const end = endOfSequence(bytes, at + 2, to);
      if (end > 0) {
        at = end;
        continue;
      }
    }
    bytes[out] = bytes[at] ?? 0;
    out += 1;
    at += 1;
  }
  return out;
};

const endOfSequence = (bytes: Uint8Array, from: number, to: number): number => {
  for (let at = from; at < to && bytes[at] !== NEWLINE; at += 1) if (ENDS.has(bytes[at] ?? 0)) return at + 1;
  return 0;
};
