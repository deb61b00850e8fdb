/**
 * Pipes on which programs say that they are ready, as s6 has it: a newline is all that is waited for. What else they write is read and dropped
 * for as long as the run lives, so that no program waits for us.
 */
import { readSync } from 'node:fs';
import type { Native } from '../native.ts';

const NEWLINE = 10;
/** Read in one go; who writes more takes turns with everybody else. */
const AT_ONCE_BYTES = 4_096;

export type ReadyPipes = {
  /** `fd` becomes ours; `onReady` is called at each newline's arrival. */
  readonly attach: (run: number, fd: number, onReady: () => void) => void;
  /** The run is over. */
  readonly close: (run: number) => void;
  /** Tokens of native.arm() from `firstToken` on. */
  readonly onReady: (token: number) => void;
};

type PipesNative = Pick<Native, 'arm' | 'close'>;
type Pipe = { readonly run: number; readonly fd: number; readonly onReady: () => void };

export const createReadyPipes = (native: PipesNative, firstToken: number, read: (fd: number, into: Uint8Array) => number = readSync): ReadyPipes => {
  const ofRun = new Map<number, Pipe>();
  const ofFd = new Map<number, Pipe>();
  const into = new Uint8Array(AT_ONCE_BYTES);

  const close = (run: number): void => {
    const pipe = ofRun.get(run);
    if (pipe === undefined) return;
    ofRun.delete(run);
    ofFd.delete(pipe.fd);
    native.close(pipe.fd);
  };

  /** Bytes; 0 at the end; null: nothing at present. */
  const take = (fd: number): number | null => {
    try {
      return read(fd, into);
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === 'EAGAIN' ? null : 0;
    }
  };

  return {
    close,
    attach: (run, fd, onReady) => {
      const pipe = { run, fd, onReady };
      ofRun.set(run, pipe);
      ofFd.set(fd, pipe);
      native.arm(fd, 1, firstToken + fd);
    },
    onReady: (token) => {
      const pipe = ofFd.get(token - firstToken);
      if (pipe === undefined) return;
      const count = take(pipe.fd);
      if (count === 0) return close(pipe.run);
      if (count !== null && into.subarray(0, count).includes(NEWLINE)) pipe.onReady();
      if (ofRun.get(pipe.run) === pipe) native.arm(pipe.fd, 1, firstToken + pipe.fd);
    },
  };
};
