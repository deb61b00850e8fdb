/** The end of all output: written to the last byte, or given up at a deadline. Called back once, with the container's streams as they were. */
import type { Clock } from '../../kernel/kernel.ts';

export type Drain = {
  readonly begin: (deadlineMs: number, done: () => void) => void;
  /** Something has been read or written: is that all? */
  readonly look: () => void;
};

/** `isDone`: nothing is left to be read or written. `letGo` gives the container's streams back. */
export const createDrain = (clock: Clock, isDone: () => boolean, letGo: () => void): Drain => {
  let waiting: (() => void) | null = null;
  return {
    begin: (deadlineMs, done) => {
      const cancel = clock.at(deadlineMs, () => {
        if (waiting === null) return;
        waiting = null;
        // There may still be a word to say about who has not read.
        done();
        letGo();
      });
      waiting = () => {
        cancel();
        done();
      };
    },
    look: () => {
      if (waiting === null || !isDone()) return;
      const end = waiting;
      waiting = null;
      letGo();
      end();
    },
  };
};
