/**
 * Looks from time to time at what programs use that have a limit (world/triggers/usage.ts decides what that means). One timer for all of them, and
 * none while no such program lives.
 */
import type { ProcessSpec } from '../../config/model/model.ts';
import type { UsageSettings } from '../../config/model/service-model.ts';
import type { Clock } from '../../kernel/kernel.ts';
import { fullName } from '../../world/plan.ts';
import type { Plan } from '../../world/plan.ts';
import type { PublicEvent } from '../../world/events/public-events.ts';
import type { World, WorldEvent } from '../../world/types.ts';
import { beginUsage, judge } from '../../world/triggers/usage.ts';
import type { Excess, Usage } from '../../world/triggers/usage.ts';
import type { News } from '../news.ts';

export type UsagePorts = {
  readonly clock: Clock;
  readonly watch: News['watch'];
  readonly plan: () => Plan;
  readonly world: () => World;
  /** What the processes of these main processes use at present; without those that cannot be seen. */
  readonly look: (pids: readonly number[]) => ReadonlyMap<number, { readonly bytes: number; readonly cpuMs: number }>;
  readonly turn: (event: WorldEvent) => void;
  readonly publish: (event: PublicEvent) => void;
  readonly notice: (level: 'warn', text: string, about: string) => void;
};

type Watched = { readonly index: number; readonly run: number; readonly pid: number; readonly spec: ProcessSpec; readonly settings: UsageSettings };

/** From now on; whatever lives already is looked at too. */
export const watchUsage = (ports: UsagePorts): void => {
  const { clock } = ports;
  let usages = new Map<number, Usage>();
  let cancel: (() => void) | null = null;
  let isLooking = false;

  const lookAtAll = (): void => {
    isLooking = true;
    cancel = null;
    const nowMs = clock.nowMs();
    const watched = watchedIn(ports.plan(), ports.world());
    usages = new Map(watched.map(({ run }) => [run, usages.get(run) ?? beginUsage(nowMs)]));
    const due = watched.filter(({ run }) => (usages.get(run)?.nextLookMs ?? nowMs) <= nowMs);
    const found = due.length === 0 ? null : ports.look(due.map(({ pid }) => pid));
    for (const each of due) {
      const before = usages.get(each.run) ?? beginUsage(nowMs);
      const used = found?.get(each.pid);
      if (used === undefined) {
        usages.set(each.run, beginUsage(nowMs));
        continue;
      }
      const { usage, excesses } = judge(before, { atMs: nowMs, ...used }, each.settings);
      usages.set(each.run, usage);
      for (const excess of excesses) act(each, excess);
    }
    isLooking = false;
    arm();
  };

  const arm = (): void => {
    if (cancel !== null || usages.size === 0) return;
    cancel = clock.at(Math.min(...[...usages.values()].map(({ nextLookMs }) => nextLookMs)), lookAtAll, true);
  };

  const act = ({ run, pid, spec }: Watched, { limit, used, most, action, reason }: Excess): void => {
    const { group, name } = spec;
    ports.publish({ type: 'processLimit', limit, group, name, pid, used, most, action });
    if (action === 'event') return ports.notice('warn', `${fullName(spec)} is ${reason}`, fullName(spec));
    const index = ports.world().states.findIndex((state) => state.run === run);
    ports.turn({ type: 'process', index, event: { type: 'unhealthy', run, reason, outcome: action === 'restart' ? 'retry' : 'stop' } });
  };

  ports.watch((item) => {
    if (cancel === null && !isLooking && item.type !== 'phase') lookAtAll();
  });
  lookAtAll();
};

const watchedIn = ({ processes }: Plan, { states }: World): readonly Watched[] =>
  states.flatMap(({ name, run, pid }, index) => {
    const spec = processes[index];
    const settings = spec?.service.usage ?? null;
    if (spec === undefined || settings === null || pid === 0 || (name !== 'STARTING' && name !== 'RUNNING')) return [];
    return { index, run, pid, spec, settings };
  });
