/**
 * Reading and writing little-endian fields of frames. A reader that is asked for more than there is throws
 * FrameError: the caller answers for the whole frame at once.
 */

export class FrameError extends Error {}

export type ByteReader = {
  readonly u32: () => number;
  readonly i32: () => number;
  /** 64-bit nanoseconds as milliseconds with fraction: exact to a microsecond for 140 years of uptime. */
  readonly nanosecondsAsMs: () => number;
  /** 64-bit count, exact up to 2^53. */
  readonly u64: () => number;
  readonly text: () => string;
  readonly bytes: (length: number) => Uint8Array;
};

/** A byte order mark is a character like any other here. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export const byteReader = (frame: Uint8Array): ByteReader => {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  let offset = 0;
  const take = (length: number): number => {
    if (length > frame.byteLength - offset) throw new FrameError(`frame ends after ${frame.byteLength} bytes`);
    const at = offset;
    offset += length;
    return at;
  };
  const u32 = (): number => view.getUint32(take(4), true);
  const u64 = (): number => {
    const at = take(8);
    return view.getUint32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
  };
  const bytes = (length: number): Uint8Array => {
    const at = take(length);
    return frame.subarray(at, at + length);
  };
  return {
    u32,
    u64,
    bytes,
    i32: () => view.getInt32(take(4), true),
    nanosecondsAsMs: () => u64() / 1e6,
    text: () => decoder.decode(bytes(u32())),
  };
};

export type ByteWriter = {
  readonly u16: (value: number) => void;
  readonly u32: (value: number) => void;
  readonly i32: (value: number) => void;
  readonly u64: (value: number) => void;
  readonly bytes: (value: Uint8Array) => void;
  readonly zero: () => void;
  /** Where the next byte goes. */
  readonly position: () => number;
  /** Writes a u32 over an earlier one. */
  readonly patchU32: (at: number, value: number) => void;
  /** What has been written since the last call; the writer starts over. Valid until the next write. */
  readonly takeAll: () => Uint8Array;
};

const INITIAL_BYTES = 16_384;

/** A growing buffer that is used again after takeAll(). */
export const byteWriter = (): ByteWriter => {
  let buffer = new Uint8Array(INITIAL_BYTES);
  let view = new DataView(buffer.buffer);
  let length = 0;
  const room = (wanted: number): number => {
    if (length + wanted > buffer.length) {
      const larger = new Uint8Array(Math.max(buffer.length * 2, length + wanted));
      larger.set(buffer.subarray(0, length));
      buffer = larger;
      view = new DataView(buffer.buffer);
    }
    const at = length;
    length += wanted;
    return at;
  };
  return {
    u16: (value) => {
      const at = room(2);
      view.setUint16(at, value, true);
    },
    u32: (value) => {
      const at = room(4);
      view.setUint32(at, value, true);
    },
    i32: (value) => {
      const at = room(4);
      view.setInt32(at, value, true);
    },
    u64: (value) => {
      const at = room(8);
      view.setUint32(at, value % 0x1_0000_0000, true);
      view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true);
    },
    bytes: (value) => {
      const at = room(value.length);
      buffer.set(value, at);
    },
    zero: () => {
      const at = room(1);
      buffer[at] = 0;
    },
    position: () => length,
    patchU32: (at, value) => view.setUint32(at, value, true),
    takeAll: () => {
      const all = buffer.subarray(0, length);
      length = 0;
      return all;
    },
  };
};
