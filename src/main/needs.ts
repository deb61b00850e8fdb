/** What only some configurations need: loaded after the first programs, with the first configuration that needs it. */
import type { Engine } from '../engine/engine.ts';
import type { OutputPort } from '../engine/ports.ts';
import type { Publisher } from '../engine/publish/publisher.ts';
import type { Box } from '../kernel/box/box.ts';
import type { Reports } from '../engine/publish/reports.ts';
import { hasOutsideTriggers } from '../world/triggers/activation.ts';
import { hasHealthChecks } from '../world/triggers/health.ts';
import type { Plan } from '../world/plan.ts';
import { hasSchedules } from '../world/triggers/schedule.ts';
import { hasUsageLimits } from '../world/triggers/usage.ts';
import { hasWatchdogs } from '../world/triggers/watchdog.ts';
import type { SocketHolder } from './features/sockets.ts';

export type Needed = {
  readonly box: Box;
  readonly engine: Engine;
  readonly reports: Reports;
  readonly sockets: SocketHolder;
  readonly publish: Publisher['publish'];
  readonly notice: OutputPort['notice'];
  /** Sends what was asked of init. */
  readonly flush: () => void;
  readonly startSyslog: () => Promise<void>;
};

export const loadWhatIsNeeded = (needed: Needed): void => {
  const { box, engine, reports, publish, notice } = needed;
  const needs = [
    { isNeeded: hasOwnAuthorities, load: async () => (await import('./features/trust.ts')).followTrust(engine, notice), isLoaded: false },
    { isNeeded: hasHealthChecks, load: async () => (await import('./features/health.ts')).startHealth(engine, notice), isLoaded: false },
    { isNeeded: hasSchedules, load: async () => (await import('./features/schedule.ts')).startSchedules(engine, box, notice), isLoaded: false },
    { isNeeded: hasWatchdogs, load: async () => (await import('./features/watchdog.ts')).startWatchdogs(engine, reports, notice), isLoaded: false },
    { isNeeded: hasOutsideTriggers, load: async () => (await import('./features/activation.ts')).startActivation(needed), isLoaded: false },
    { isNeeded: hasSyslogSockets, load: needed.startSyslog, isLoaded: false },
    { isNeeded: hasUsageLimits, load: async () => (await import('./features/usage.ts')).startUsage(engine, publish, notice), isLoaded: false },
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

const hasSyslogSockets = ({ model }: Plan): boolean => model.supervisor.syslogSockets.length > 0;

const hasOwnAuthorities = ({ model }: Plan): boolean => model.supervisor.caFile !== null;
