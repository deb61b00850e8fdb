/**
 * Gives memory back once nothing has happened for a while: what start-up or a burst of events needed is of no use to a supervisor that
 * waits. Sets no timer unless something has happened, so that an idle container is not woken.
 */
import type { Clock } from './kernel.ts';
import type { Native } from './native.ts';

/** Long enough for a start of many programs to be over. */
const QUIET_MS = 1_500;
/** Collecting and giving back costs some ten milliseconds: not more often than this. */
const PAUSE_MS = 60_000;

export type Quiet = {
  /** Something has happened. */
  readonly onActivity: () => void;
};

export const createQuiet = (native: Native, clock: Clock, collectGarbage: () => void): Quiet => {
  let isTimerSet = false;
  let latestMs = 0;
  let allowedAtMs = 0;

  const wait = (): void => {
    isTimerSet = true;
    clock.at(Math.max(latestMs + QUIET_MS, allowedAtMs), () => {
      isTimerSet = false;
      if (clock.nowMs() < latestMs + QUIET_MS) return wait();
      allowedAtMs = clock.nowMs() + PAUSE_MS;
      collectGarbage();
      native.trim();
    });
  };

  return {
    onActivity: () => {
      latestMs = clock.nowMs();
      if (!isTimerSet) wait();
    },
  };
};
