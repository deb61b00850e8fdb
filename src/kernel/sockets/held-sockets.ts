/**
 * The listening sockets that init holds for the configuration: our copies of them, which are never read, only waited for. A list is asked
 * for as a whole; what was answered for an earlier one is dropped.
 */
import { fstatSync } from 'node:fs';
import type { ListenRequest, Listening } from '../kernel.ts';
import type { Native } from '../native.ts';

export type HeldSockets = {
  /** These, and no others, from now on. Sent with the next flush. */
  readonly hold: (requests: readonly ListenRequest[]) => void;
  /** An answer of init's. */
  readonly onListening: (listening: Listening) => void;
  /** By its index in what was asked for last: open, its error number, or not answered yet. */
  readonly stateOf: (index: number) => 'open' | 'asked' | number;
  /** Our copy of it, which stays ours until the next list; null: it is not open. */
  readonly fdOf: (index: number) => number | null;
  /** Hands our copy over: it becomes the caller's; null: it is not open. */
  readonly take: (index: number) => number | null;
  /** Its inode; null: it is not open. */
  readonly inodeOf: (index: number) => number | null;
  /** Calls back once when a connection waits there; a second call replaces the first. */
  readonly arm: (index: number, callback: () => void) => void;
  readonly disarm: (index: number) => void;
  /** Tokens of native.arm() from `firstToken` on. */
  readonly onReady: (token: number) => void;
};

export type HeldSocketsParts = {
  readonly native: Pick<Native, 'arm' | 'disarm' | 'close'>;
  readonly firstToken: number;
  readonly listen: (number: number, requests: readonly ListenRequest[]) => void;
  /** An answer has come. */
  readonly onAnswer: (index: number) => void;
};

type Answer = { readonly errno: number; readonly fd: number | null };

export const createHeldSockets = ({ native, firstToken, listen, onAnswer }: HeldSocketsParts): HeldSockets => {
  const answers = new Map<number, Answer>();
  const callbacks = new Map<number, () => void>();
  let number = 0;

  const drop = (): void => {
    for (const { fd } of answers.values()) if (fd !== null) native.close(fd);
    answers.clear();
    callbacks.clear();
  };
  const fdOf = (index: number): number | null => answers.get(index)?.fd ?? null;

  return {
    hold: (requests) => {
      drop();
      number += 1;
      listen(number, requests);
    },
    onListening: (listening) => {
      if (listening.number !== number) {
        if (listening.fd !== null) native.close(listening.fd);
        return;
      }
      answers.set(listening.index, { errno: listening.errno, fd: listening.fd });
      onAnswer(listening.index);
    },
    stateOf: (index) => {
      const answer = answers.get(index);
      if (answer === undefined) return 'asked';
      return answer.fd === null ? answer.errno : 'open';
    },
    fdOf,
    take: (index) => {
      const fd = fdOf(index);
      if (fd !== null) answers.set(index, { errno: 0, fd: null });
      return fd;
    },
    inodeOf: (index) => {
      const fd = fdOf(index);
      return fd === null ? null : fstatSync(fd).ino;
    },
    arm: (index, callback) => {
      const fd = fdOf(index);
      if (fd === null) return;
      if (!callbacks.has(index)) native.arm(fd, 1, firstToken + fd);
      callbacks.set(index, callback);
    },
    disarm: (index) => {
      const fd = fdOf(index);
      if (fd !== null && callbacks.delete(index)) native.disarm(fd);
    },
    onReady: (token) => {
      for (const [index, { fd }] of answers) {
        if (fd !== token - firstToken) continue;
        const callback = callbacks.get(index);
        callbacks.delete(index);
        return callback?.();
      }
    },
  };
};
