/** Wiring of watchdogs. Loaded when a configuration has any. */
import type { Engine } from '../../engine/engine.ts';
import type { OutputPort } from '../../engine/ports.ts';
import type { Reports } from '../../engine/publish/reports.ts';
import { watchWatchdogs } from '../../engine/features/watchdog.ts';
import { activeClock } from '../../kernel/clock.ts';

export const startWatchdogs = (engine: Engine, reports: Reports, notice: OutputPort['notice']): void =>
  watchWatchdogs({
    clock: activeClock,
    watch: engine.watch,
    plan: engine.plan,
    world: engine.world,
    turn: engine.turn,
    notice,
    reports,
    defer: setImmediate,
  });
