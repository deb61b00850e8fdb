/**
 * Programs' standard inputs, where they are pipes: our ends are held open as long as their runs, and written without ever waiting for the
 * reader. What a pipe does not take is kept in memory, up to a limit: it is lost with the supervisor, what is in the pipe is not.
 */
import { writeSync } from 'node:fs';
import type { Native } from './native.ts';

/** Bytes that one run may leave unread beside its pipe. */
const LIMIT_BYTES = 1 << 20;

export type InputResult = 'written' | 'closed' | 'full';

export type Inputs = {
  readonly attach: (run: number, fd: number) => void;
  /** `closed`: nobody reads it, or it is no pipe. `full`: nothing of this was kept. */
  readonly write: (run: number, bytes: Uint8Array) => InputResult;
  /** The run is over. */
  readonly end: (run: number) => void;
  /** Tokens of native.arm() from `firstToken` on. */
  readonly onReady: (token: number) => void;
};

type Input = {
  readonly fd: number;
  /** Null: nobody reads any more. */
  waiting: Uint8Array[] | null;
  waitingBytes: number;
  isNonBlocking: boolean;
};

type InputsNative = Pick<Native, 'arm' | 'disarm' | 'close' | 'setNonBlocking'>;

export const createInputs = (native: InputsNative, firstToken: number, put: (fd: number, bytes: Uint8Array) => number = writeSync): Inputs => {
  const inputs = new Map<number, Input>();
  const runOfFd = new Map<number, number>();

  /** Bytes taken; null: nobody reads. */
  const offer = (input: Input, bytes: Uint8Array): number | null => {
    // Our end may be of an open file description that others have, too: nothing is taken for granted.
    if (!input.isNonBlocking) native.setNonBlocking(input.fd, true);
    input.isNonBlocking = true;
    try {
      return put(input.fd, bytes);
    } catch (error) {
      return codeOf(error) === 'EAGAIN' ? 0 : null;
    }
  };

  const shut = (input: Input): void => {
    input.waiting = null;
    input.waitingBytes = 0;
    native.disarm(input.fd);
  };

  const keep = (input: Input, waiting: Uint8Array[], bytes: Uint8Array): void => {
    // A copy: who wrote it may use its memory again.
    waiting.push(bytes.slice());
    input.waitingBytes += bytes.length;
    if (waiting.length === 1) native.arm(input.fd, 2, firstToken + input.fd);
  };

  /** Writes what waits until the pipe is full. */
  const flush = (input: Input): void => {
    for (let first = input.waiting?.[0]; first !== undefined; first = input.waiting?.[0]) {
      const taken = offer(input, first);
      if (taken === null) return shut(input);
      input.waitingBytes -= taken;
      if (taken === first.length) input.waiting?.shift();
      else input.waiting?.splice(0, 1, first.subarray(taken));
      if (taken < first.length) return void native.arm(input.fd, 2, firstToken + input.fd);
    }
  };

  return {
    attach: (run, fd) => {
      inputs.set(run, { fd, waiting: [], waitingBytes: 0, isNonBlocking: false });
      runOfFd.set(fd, run);
    },
    write: (run, bytes) => {
      const input = inputs.get(run);
      if (input === undefined || input.waiting === null) return 'closed';
      if (input.waitingBytes + bytes.length > LIMIT_BYTES) return 'full';
      const taken = input.waiting.length === 0 ? offer(input, bytes) : 0;
      if (taken === null) {
        shut(input);
        return 'closed';
      }
      if (taken < bytes.length) keep(input, input.waiting, bytes.subarray(taken));
      return 'written';
    },
    end: (run) => {
      const input = inputs.get(run);
      if (input === undefined) return;
      native.close(input.fd);
      inputs.delete(run);
      runOfFd.delete(input.fd);
    },
    onReady: (token) => {
      const input = inputs.get(runOfFd.get(token - firstToken) ?? 0);
      if (input !== undefined) flush(input);
    },
  };
};

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');
