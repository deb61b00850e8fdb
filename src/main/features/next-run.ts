/** When does a program's schedule start it next? For people who ask; what starts programs is engine/features/schedule.ts. */
import type { Engine } from '../../engine/engine.ts';
import type { Plan } from '../../world/plan.ts';
import { hasSchedules, jitterOf } from '../../world/triggers/schedule.ts';
import type { nextTime } from './cron.ts';

/** In ms since the epoch; null: the program has no schedule, or no time follows. */
export type NextRun = (index: number) => number | null;

/** The library that reads cron patterns is loaded when a configuration has a schedule. */
export const createNextRun = (engine: Pick<Engine, 'plan' | 'watchPlans'>): NextRun => {
  let cron: { readonly nextTime: typeof nextTime } | null = null;
  const load = async (plan: Plan): Promise<void> => {
    if (hasSchedules(plan)) cron ??= await import('./cron.ts');
  };
  void load(engine.plan());
  engine.watchPlans(({ to }) => void load(to));
  return (index) => {
    const settings = engine.plan().processes[index]?.service.schedule ?? null;
    if (cron === null || settings === null) return null;
    const next = cron.nextTime(settings, Date.now());
    return next.ok && next.value !== null ? next.value + jitterOf(settings, index, next.value) : null;
  };
};
