/**
 * Standard output and error, written at once and by the descriptor: nothing is pending when the process ends, and nothing of
 * Node's streams has to be set up for one line. Ends the process when nobody reads any more, as a signal would.
 */
import { writeSync } from 'node:fs';
import type { Output } from './shell/session.ts';

const AFTER_BROKEN_PIPE = 128 + 13;
const PAUSE_MS = 5;

/** `end` ends the process. */
export const standardOutput = (called: string, end: (code: number) => never): Output => {
  const write = (fd: number, bytes: Uint8Array): void => {
    for (let from = 0; from < bytes.length; ) from += writeSome(fd, bytes, from, end);
  };
  return {
    line: (text) => write(1, Buffer.from(`${text}\n`)),
    bytes: (bytes) => write(1, bytes),
    complaint: (text) => write(2, Buffer.from(`${called}: ${text}\n`)),
    remark: (text) => write(2, Buffer.from(`${text}\n`)),
  };
};

const writeSome = (fd: number, bytes: Uint8Array, from: number, end: (code: number) => never): number => {
  try {
    return writeSync(fd, bytes, from);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EPIPE') return end(AFTER_BROKEN_PIPE);
    if (code !== 'EAGAIN') throw error;
    // Somebody else has made it non-blocking: there is no way to wait for it but to try again.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    return 0;
  }
};
