/**
 * A stream of syslog messages cut into messages: each ends with a newline or a zero byte (syslog(3) of glibc), or has its length in front
 * (RFC 6587, octet counting). Bounded: a longer message comes in pieces, the pieces after the first without a tag.
 */
const NEWLINE = 10;
const BLANK = 32;
const ZERO = 48;
const NINE = 57;
const LESS_THAN = 60;
const MOST_DIGITS = 6;

export type SyslogFrames = {
  /** Whole messages. */
  readonly push: (chunk: Uint8Array) => readonly Uint8Array[];
  /** What is left at the end of the stream. */
  readonly end: () => readonly Uint8Array[];
};

export const createSyslogFrames = (longestBytes: number): SyslogFrames => {
  let rest: Uint8Array = new Uint8Array(0);

  return {
    push: (chunk) => {
      const bytes = joined(rest, chunk);
      const messages: Uint8Array[] = [];
      let from = 0;
      for (let frame = nextFrame(bytes, from, longestBytes); frame !== null; frame = nextFrame(bytes, from, longestBytes)) {
        if (frame.end > frame.start) messages.push(bytes.slice(frame.start, frame.end));
        from = frame.next;
      }
      rest = bytes.slice(from);
      return messages;
    },
    end: () => {
      const messages = rest.length === 0 ? [] : [rest];
      rest = new Uint8Array(0);
      return messages;
    },
  };
};

type Frame = { readonly start: number; readonly end: number; readonly next: number };

/** Null: the message that begins at `from` has not come to its end. */
const nextFrame = (bytes: Uint8Array, from: number, longestBytes: number): Frame | null => {
  const counted = countedFrame(bytes, from, longestBytes);
  if (counted !== null) return counted.next > bytes.length ? null : counted;
  const end = bytes.subarray(from).findIndex((byte) => byte === NEWLINE || byte === 0);
  if (end >= 0 && end <= longestBytes) return { start: from, end: from + end, next: from + end + 1 };
  const isTooLong = bytes.length - from > longestBytes;
  return isTooLong ? { start: from, end: from + longestBytes, next: from + longestBytes } : null;
};

/** `123 <13>...`. Null: this is no count, or one beyond all measure. */
const countedFrame = (bytes: Uint8Array, from: number, longestBytes: number): Frame | null => {
  let at = from;
  let length = 0;
  while (at < bytes.length && at - from < MOST_DIGITS && isDigit(bytes[at])) length = length * 10 + ((bytes[at++] ?? 0) - ZERO);
  if (at === from || bytes[at] !== BLANK || bytes[at + 1] !== LESS_THAN || length > longestBytes) return null;
  return { start: at + 1, end: at + 1 + length, next: at + 1 + length };
};

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= NINE;

const joined = (one: Uint8Array, other: Uint8Array): Uint8Array => {
  if (one.length === 0) return other;
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
};
