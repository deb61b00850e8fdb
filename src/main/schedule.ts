/** Wiring of schedules: the library that reads cron patterns. Loaded when a configuration has any. */
import type { Engine } from '../engine/engine.ts';
import type { OutputPort } from '../engine/ports.ts';
import { keepSchedules } from '../engine/schedule.ts';
import { monotonicClock } from '../kernel/clock.ts';
import { nextTime } from './cron.ts';

export const startSchedules = (engine: Engine, notice: OutputPort['notice']): void =>
  keepSchedules({
    clock: monotonicClock,
    wallMs: Date.now,
    nextTime: (settings, fromMs) => {
      const next = nextTime(settings, fromMs);
      if (next.ok) return next.value;
      notice('error', next.error);
      return null;
    },
    watch: engine.watch,
    watchPlans: engine.watchPlans,
    plan: engine.plan,
    world: engine.world,
    turn: engine.turn,
    notice,
  });
