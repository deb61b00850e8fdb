/** Wiring of schedules: the library that reads cron patterns. Loaded when a configuration has any. */
import { Cron } from 'croner';
import type { ScheduleSettings } from '../config/service-model.ts';
import type { Engine } from '../engine/engine.ts';
import type { OutputPort } from '../engine/ports.ts';
import { keepSchedules } from '../engine/schedule.ts';
import { monotonicClock } from '../kernel/clock.ts';

/** The first time after `fromMs`, both since the epoch; null: there is none. Throws for what the library does not understand. */
const nextTime = ({ pattern, timeZone }: ScheduleSettings, fromMs: number): number | null =>
  new Cron(pattern, { paused: true, ...(timeZone === null ? {} : { timezone: timeZone }) }).nextRun(new Date(fromMs))?.getTime() ?? null;

export const startSchedules = (engine: Engine, notice: OutputPort['notice']): void =>
  keepSchedules({
    clock: monotonicClock,
    wallMs: Date.now,
    nextTime: (settings, fromMs) => {
      const { pattern, timeZone } = settings;
      try {
        if (timeZone === null || isTimeZone(timeZone)) return nextTime(settings, fromMs);
        notice('error', `cannot keep the schedule ${pattern} of ${timeZone}: there is no such time zone; write one as in Europe/Berlin or UTC`);
      } catch (error) {
        notice('error', `cannot keep the schedule ${pattern}: ${error instanceof Error ? error.message : String(error)}`);
      }
      return null;
    },
    watch: engine.watch,
    watchPlans: engine.watchPlans,
    plan: engine.plan,
    world: engine.world,
    turn: engine.turn,
    notice,
  });

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format();
    return true;
  } catch {
    return false;
  }
};
