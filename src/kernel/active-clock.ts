/**
 * The clock that deadlines stand on: CLOCK_MONOTONIC less the time in which the supervisor did not run at all, as in a container that is
 * paused (the freezer of a control group) or a process that is stopped. The kernel counts that time and says nothing of it. It shows
 * as a timer that rings much later than it was set for. While a deadline is pending the clock looks at itself again and again, a
 * tenth of the deadline apart; without one it sets no timer and wakes nobody.
 */
import type { Clock } from './kernel.ts';

export type ActiveClock = Clock & {
  /** An instant that init has read from CLOCK_MONOTONIC, on this clock. */
  readonly fromKernelMs: (kernelMs: number) => number;
  /** How long everything has stood still since that instant. */
  readonly frozenSinceMs: (atMs: number) => number;
  /** A successor's clock goes on as its predecessor's was. `keep` is told the whole time that everything stood still. */
  readonly resume: (frozenMs: number, keep: (frozenMs: number) => void) => void;
};

/** In each wait: at most a tenth of it is lost to a freeze that nobody has seen. */
const LOOKS = 10;
const SHORTEST_LOOK_MS = 250;
/** A loaded machine, and our own work, make timers late, too. */
const LATE_MS = 500;
/** Freezes that are remembered with their time; older ones count as having been before everything. */
const MOST_FREEZES = 64;

/** `endMs` and `activeMs`: when it was over, by the kernel's clock and by this one. */
type Freeze = { readonly endMs: number; readonly activeMs: number; readonly lengthMs: number };

type Wait = { readonly lookMs: number };

/** `kernel`: CLOCK_MONOTONIC. */
export const createActiveClock = (kernel: Clock): ActiveClock => {
  const freezes: Freeze[] = [];
  const waits = new Set<Wait>();
  let frozenMs = 0;
  let keep: (frozenMs: number) => void = () => {};
  let lookAtMs = Number.POSITIVE_INFINITY;
  let cancelLook = (): void => {};

  const note = (endMs: number, lengthMs: number): void => {
    frozenMs += lengthMs;
    freezes.push({ endMs, activeMs: endMs - frozenMs, lengthMs });
    if (freezes.length > MOST_FREEZES) freezes.shift();
    keep(frozenMs);
  };

  /** Time by the kernel's clock, after a look at how late it is. */
  const observe = (): number => {
    const now = kernel.nowMs();
    const lateMs = now - lookAtMs;
    if (lateMs <= LATE_MS) return now;
    note(now, lateMs);
    setLook(now, shortestLookMs());
    return now;
  };

  const shortestLookMs = (): number => [...waits].reduce((least, { lookMs }) => Math.min(least, lookMs), Number.POSITIVE_INFINITY);

  const setLook = (now: number, inMs: number): void => {
    cancelLook();
    lookAtMs = now + inMs;
    cancelLook = inMs === Number.POSITIVE_INFINITY ? () => {} : kernel.at(lookAtMs, onLook);
  };

  const onLook = (): void => {
    const now = observe();
    setLook(now, shortestLookMs());
  };

  const begin = (now: number, lookMs: number): Wait => {
    const wait = { lookMs };
    waits.add(wait);
    if (now + lookMs < lookAtMs) setLook(now, lookMs);
    return wait;
  };

  const end = (wait: Wait): void => {
    waits.delete(wait);
    if (waits.size === 0) setLook(0, Number.POSITIVE_INFINITY);
  };

  const nowMs = (): number => observe() - frozenMs;

  return {
    nowMs,
    at: (atMs, callback, isPatient = false) => {
      const now = observe();
      const leftMs = Math.max(0, atMs + frozenMs - now);
      const wait = isPatient ? null : begin(now, Math.min(leftMs, Math.max(SHORTEST_LOOK_MS, leftMs / LOOKS)));
      let cancel = (): void => {};
      const ring = (): void => {
        if (nowMs() < atMs) return arm();
        if (wait !== null) end(wait);
        callback();
      };
      const arm = (): void => {
        cancel = kernel.at(atMs + frozenMs, ring);
      };
      arm();
      return () => {
        cancel();
        if (wait !== null) end(wait);
      };
    },
    fromKernelMs: (kernelMs) => {
      // What init has stamped at the thaw may be read before any timer has told of the freeze.
      observe();
      let before = frozenMs;
      let atMs = kernelMs;
      for (const { endMs, lengthMs } of freezes.toReversed()) {
        if (atMs >= endMs) break;
        before -= lengthMs;
        atMs = Math.min(atMs, endMs - lengthMs);
      }
      return atMs - before;
    },
    frozenSinceMs: (atMs) => freezes.reduce((sum, { activeMs, lengthMs }) => (activeMs > atMs ? sum + lengthMs : sum), 0),
    resume: (already, keeper) => {
      frozenMs = already;
      keep = keeper;
    },
  };
};
