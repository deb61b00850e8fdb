/** Monotonic time: the same clock that init stamps its frames with; and the clock that deadlines stand on. */
import { createActiveClock } from './active-clock.ts';
import type { ActiveClock } from './active-clock.ts';
import type { Clock } from './kernel.ts';

/** Node's timers fire up to a millisecond early by their own rounding; asking for the next whole one avoids a second wake-up. */
const ROUNDING_MS = 1;
/** setTimeout's longest delay; a later deadline is reached in several steps by whoever armed it. */
const LONGEST_MS = 2_147_483_647;

/** CLOCK_MONOTONIC, which goes on in a container that is paused: for what follows the wall clock, and for sums of what repeats. */
export const monotonicClock: Clock = {
  nowMs: () => Number(process.hrtime.bigint()) / 1e6,
  at: (atMs, callback) => {
    const delayMs = Math.ceil(atMs - monotonicClock.nowMs());
    const timer = setTimeout(callback, Math.min(Math.max(delayMs, 0) + ROUNDING_MS, LONGEST_MS));
    return () => clearTimeout(timer);
  },
};

/** For every deadline: time in which the container was paused does not count. */
export const activeClock: ActiveClock = createActiveClock(monotonicClock);
