/**
 * Capture mode: what a program writes between two tokens is a message to whoever listens, and no log. Takes messages out
 * of a stream chunk by chunk; a token may be cut by chunks. What might be the beginning of a token is held back until the next
 * chunk, and given out at the end of the stream.
 */
const encoder = new TextEncoder();
const BEGIN = encoder.encode('<!--XSUPERVISOR:BEGIN-->');
const END = encoder.encode('<!--XSUPERVISOR:END-->');
/** The most that is held back: a token but for its last byte. */
export const MOST_HELD_BYTES = BEGIN.length - 1;

export type Communication = {
  /** Works on [from, to): moves what is no message to `from` and returns its new end. `onText` is told each part of that, in the order in
   *  which text and messages stand in the stream. */
  readonly filter: (bytes: Uint8Array, from: number, to: number, onText?: (from: number, to: number) => void) => number;
  /** Bytes that filter() kept for later: they go in front of the next chunk. */
  readonly takeHeld: () => Uint8Array;
};

/** Of a message longer than `maxBytes` the first bytes are dropped. */
export const createCommunication = (maxBytes: number, onMessage: (message: Uint8Array) => void): Communication => {
  const nothing = new Uint8Array(0);
  let message: Uint8Array | null = null;
  let held = nothing;

  const keep = (part: Uint8Array): void => {
    if (message === null) return;
    const joined = new Uint8Array(message.length + part.length);
    joined.set(message);
    joined.set(part, message.length);
    message = joined.length > maxBytes ? joined.slice(joined.length - maxBytes) : joined;
  };

  const filter: Communication['filter'] = (bytes, from, to, onText = () => {}) => {
    let out = from;
    let at = from;
    let told = from;
    const tell = (): void => {
      if (out > told) onText(told, out);
      told = out;
    };
    while (at < to) {
      const token = message === null ? BEGIN : END;
      const found = indexOf(bytes, token, at, to);
      const end = found.at;
      if (message === null) {
        bytes.copyWithin(out, at, end);
        out += end - at;
      } else keep(bytes.subarray(at, end));
      if (!found.isWhole) {
        held = end < to ? bytes.slice(end, to) : nothing;
        tell();
        return out;
      }
      at = end + token.length;
      if (message === null) message = nothing;
      else {
        tell();
        onMessage(message);
        message = null;
      }
    }
    tell();
    return out;
  };

  return {
    filter,
    takeHeld: () => {
      const taken = held;
      held = nothing;
      return taken;
    },
  };
};

/** Where the token, or a beginning of it at the very end, stands; the end when there is neither. */
const indexOf = (bytes: Uint8Array, token: Uint8Array, from: number, to: number): { readonly at: number; readonly isWhole: boolean } => {
  const first = token[0] ?? 0;
  // What lies behind is not looked at: it may be the whole black box.
  const piece = bytes.subarray(0, to);
  for (let at = piece.indexOf(first, from); at >= 0; at = piece.indexOf(first, at + 1)) {
    const length = Math.min(token.length, to - at);
    let same = 1;
    while (same < length && piece[at + same] === token[same]) same += 1;
    if (same === length) return { at, isWhole: length === token.length };
  }
  return { at: to, isWhole: false };
};
