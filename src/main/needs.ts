/** What only some configurations need: loaded after the first programs, with the first configuration that needs it. */
import type { Engine } from '../engine/engine.ts';
import type { OutputPort } from '../engine/ports.ts';
import type { Reports } from '../engine/reports.ts';
import { hasHealthChecks } from '../services/health.ts';
import type { Plan } from '../services/plan.ts';
import { hasSchedules } from '../services/schedule.ts';
import { hasWatchdogs } from '../services/watchdog.ts';

export const loadWhatIsNeeded = (engine: Engine, reports: Reports, notice: OutputPort['notice']): void => {
  const needs = [
    { isNeeded: hasOwnAuthorities, load: async () => (await import('./trust.ts')).followTrust(engine, notice), isLoaded: false },
    { isNeeded: hasHealthChecks, load: async () => (await import('./health.ts')).startHealth(engine, notice), isLoaded: false },
    { isNeeded: hasSchedules, load: async () => (await import('./schedule.ts')).startSchedules(engine, notice), isLoaded: false },
    { isNeeded: hasWatchdogs, load: async () => (await import('./watchdog.ts')).startWatchdogs(engine, reports, notice), isLoaded: false },
  ];
  const follow = (plan: Plan): void => {
    for (const need of needs) {
      if (need.isLoaded || !need.isNeeded(plan)) continue;
      need.isLoaded = true;
      void need.load();
    }
  };
  follow(engine.plan());
  engine.watchPlans(({ to }) => follow(to));
};

const hasOwnAuthorities = ({ model }: Plan): boolean => model.supervisor.caFile !== null;
