/** Cuts a byte stream into frames. Grows for one long frame (HELLO carries an environment) and shrinks again. */
import { FrameError } from '../box/bytes.ts';
import { FRAME, FRAME_HEADER_BYTES, FRAME_LIMIT_BYTES } from './protocol.ts';

const RECEIVE_BYTES = 65_536;
const HELLO_LIMIT_BYTES = FRAME_LIMIT_BYTES * 2;

export type Assembler = {
  /** Where the next bytes go; never empty. */
  readonly room: () => Uint8Array;
  readonly added: (count: number) => void;
  /** Next whole frame, or null. Its body is valid until room() is called. */
  readonly next: () => { readonly type: number; readonly body: Uint8Array } | null;
};

export const createAssembler = (): Assembler => {
  let buffer = new Uint8Array(RECEIVE_BYTES);
  let start = 0;
  let end = 0;
  const frameBytes = (): number => {
    if (end - start < FRAME_HEADER_BYTES) return FRAME_HEADER_BYTES;
    const view = new DataView(buffer.buffer, start, FRAME_HEADER_BYTES);
    const length = view.getUint32(0, true);
    const limit = view.getUint16(4, true) === FRAME.HELLO ? HELLO_LIMIT_BYTES : FRAME_LIMIT_BYTES;
    if (length > limit) throw new FrameError(`a frame claims ${length} bytes, the limit is ${limit}`);
    return FRAME_HEADER_BYTES + length;
  };
  const rebase = (capacity: number): void => {
    const target = capacity === buffer.length ? buffer : new Uint8Array(capacity);
    target.set(buffer.subarray(start, end));
    buffer = target;
    end -= start;
    start = 0;
  };
  return {
    room: () => {
      const wanted = Math.max(frameBytes(), RECEIVE_BYTES);
      if (start > 0 || wanted !== buffer.length) rebase(wanted);
      return buffer.subarray(end);
    },
    added: (count) => {
      end += count;
    },
    next: () => {
      const wanted = frameBytes();
      if (end - start < wanted || end - start < FRAME_HEADER_BYTES) return null;
      const type = new DataView(buffer.buffer, start, FRAME_HEADER_BYTES).getUint16(4, true);
      const body = buffer.subarray(start + FRAME_HEADER_BYTES, start + wanted);
      start += wanted;
      return { type, body };
    },
  };
};
