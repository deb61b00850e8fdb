/**
 * Health checks of the programs that have any: one watch for each run that lives, from its spawn to its end. What the answers mean is
 * decided in world/triggers/health.ts, what is done about it by the world.
 */
import type { ProcessSpec } from '../../config/model/model.ts';
import type { HealthSettings, Probe } from '../../config/model/service-model.ts';
import type { Clock } from '../../kernel/kernel.ts';
import { answered, asking, beginHealth } from '../../world/triggers/health.ts';
import type { Health } from '../../world/triggers/health.ts';
import { fullName } from '../../world/plan.ts';
import type { Plan } from '../../world/plan.ts';
import type { World, WorldEvent } from '../../world/types.ts';
import type { News } from '../news.ts';

export type HealthPorts = {
  readonly clock: Clock;
  readonly watch: News['watch'];
  readonly plan: () => Plan;
  readonly world: () => World;
  /** Asks once and calls back with why it failed, or null; returns the way to give up asking. */
  readonly ask: (index: number, probe: Probe, timeoutMs: number, done: (problem: string | null) => void) => () => void;
  readonly turn: (event: WorldEvent) => void;
  readonly notice: (level: 'warn' | 'info', text: string, about: string) => void;
};

/** From now on; whatever lives already is checked too. */
export const watchHealth = (ports: HealthPorts): void => {
  const ends = new Map<number, () => void>();
  const follow = (index: number, run: number): void => {
    const spec = ports.plan().processes[index];
    const settings = spec?.service.health ?? null;
    if (spec === undefined || settings === null || ends.has(run)) return;
    ends.set(run, checkRun(ports, spec, settings, run));
  };
  const leave = (run: number): void => {
    ends.get(run)?.();
    ends.delete(run);
  };
  ports.watch((item) => {
    if (item.type !== 'transition') return;
    const { index, run, to } = item.transition;
    if (to === 'STARTING') follow(index, run);
    else if (to !== 'RUNNING') leave(run);
  });
  for (const [index, { name, run }] of ports.world().states.entries()) if (name === 'STARTING' || name === 'RUNNING') follow(index, run);
};

/** Returns the way to end it. */
const checkRun = (ports: HealthPorts, spec: ProcessSpec, settings: HealthSettings, run: number): (() => void) => {
  const { clock } = ports;
  let health: Health = beginHealth(clock.nowMs());
  let stop = (): void => {};
  let isOver = false;

  /** Where the run's process is in the plan now in force. */
  const indexNow = (): number => ports.world().states.findIndex((state) => state.run === run);

  const wait = (): void => {
    if (!isOver) stop = clock.at(health.dueMs ?? clock.nowMs(), ask, true);
  };
  const ask = (): void => {
    const index = indexNow();
    if (isOver || index < 0) return;
    health = asking(health);
    stop = ports.ask(index, settings.probe, settings.timeoutMs, (problem) => {
      if (isOver) return;
      const result = answered(health, { problem }, settings, clock.nowMs());
      health = result.health;
      wait();
      act(result.verdict);
    });
  };
  const act = (verdict: ReturnType<typeof answered>['verdict']): void => {
    const index = indexNow();
    if (verdict.kind === 'ready' && spec.service.readyOn.kind === 'check') ports.turn({ type: 'process', index, event: { type: 'readinessReported', run } });
    if (verdict.kind === 'recovered') ports.notice('info', `healthy: ${fullName(spec)} again`, fullName(spec));
    if (verdict.kind !== 'unhealthy') return;
    if (settings.action === 'none') ports.notice('warn', `unhealthy: ${fullName(spec)} (${verdict.reason})`, fullName(spec));
    else
      ports.turn({
        type: 'process',
        index,
        event: { type: 'unhealthy', run, reason: verdict.reason, outcome: settings.action === 'fail' ? 'fatal' : 'retry' },
      });
  };
  wait();
  return () => {
    isOver = true;
    stop();
  };
};
