/** TICK events: told when the wall clock enters another slice of 5, 60 or 3600 seconds. Runs only while somebody may hear them. */
import type { Clock } from '../../kernel/kernel.ts';
import type { PublicEvent } from '../../world/events/public-events.ts';

const PERIODS = [5, 60, 3600] as const;
/** The others are multiples of it. */
const SHORTEST_MS = 5_000;

export type Tick = Extract<PublicEvent, { readonly type: 'tick' }>;

export type Ticks = {
  readonly start: () => void;
  readonly stop: () => void;
};

/** `wallMs`: since the epoch; it may jump. */
export const createTicks = (clock: Clock, wallMs: () => number, tell: (tick: Tick) => void): Ticks => {
  let cancel: (() => void) | null = null;
  let slices: readonly number[] = [];
  const slicesAt = (nowMs: number): readonly number[] => PERIODS.map((period) => Math.floor(nowMs / 1000 / period) * period);

  const arm = (): void => {
    const nowMs = wallMs();
    cancel = clock.at(clock.nowMs() + SHORTEST_MS - (nowMs % SHORTEST_MS), onTime);
  };

  const onTime = (): void => {
    const before = slices;
    slices = slicesAt(wallMs());
    arm();
    for (const [index, period] of PERIODS.entries()) {
      const whenSeconds = slices[index] ?? 0;
      if (whenSeconds !== before[index]) tell({ type: 'tick', period, whenSeconds });
    }
  };

  return {
    start: () => {
      if (cancel !== null) return;
      slices = slicesAt(wallMs());
      arm();
    },
    stop: () => {
      cancel?.();
      cancel = null;
    },
  };
};
