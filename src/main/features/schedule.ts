/** Wiring of schedules: the library that reads cron patterns, and the black box. Loaded when a configuration has any. */
import type { Engine } from '../../engine/engine.ts';
import type { OutputPort } from '../../engine/ports.ts';
import { keepSchedules } from '../../engine/features/schedule.ts';
import type { Box } from '../../kernel/box/box.ts';
import { activeClock, monotonicClock } from '../../kernel/clock.ts';
import { createScheduleBox } from '../../kernel/box/schedule-box.ts';
import { wallTimeOf } from '../../world/show/describe.ts';
import { nextTime } from './cron.ts';

export const startSchedules = (engine: Engine, box: Box, notice: OutputPort['notice']): void =>
  keepSchedules({
    clock: monotonicClock,
    wallMs: Date.now,
    wallOf: (atMs) => {
      const nowMs = activeClock.nowMs();
      return wallTimeOf(atMs, { nowMs, wallOffsetMs: Date.now() - nowMs, frozenSinceMs: activeClock.frozenSinceMs });
    },
    kept: createScheduleBox(box),
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
