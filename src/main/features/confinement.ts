/** Wiring of control groups: which program has which, and whom the kernel has killed for want of memory. */
import { fail } from '../../base/result.ts';
import type { ControlGroupLimits } from '../../config/model/service-model.ts';
import type { ConfigurationPort, ConfinementPort, OutputPort } from '../../engine/ports.ts';
import { createControlGroups } from '../../kernel/control-groups/control-groups.ts';
import { memoryKills } from '../../kernel/control-groups/own-control-group.ts';
import type { MemoryKills } from '../../kernel/control-groups/own-control-group.ts';
import { fullName } from '../../world/plan.ts';
import type { Plan } from '../../world/plan.ts';

export type Confinement = ConfinementPort & {
  /** From now on kills count; after the first programs have been started. */
  readonly begin: () => void;
  /** Before the exit nothing lives any more: then what was made for the programs is taken away. */
  readonly before: (port: ConfigurationPort, plan: () => Plan) => ConfigurationPort;
};

export const createConfinement = (isTakeover: boolean, notice: OutputPort['notice']): Confinement => {
  const groups = createControlGroups(isTakeover);
  /** Among programs without a group of their own, as last looked at. */
  let counted: MemoryKills | null = null;

  const wasOneOfTheOthers = (): boolean => {
    const before = counted;
    counted = memoryKills('shared');
    if (counted === null) return false;
    // A place that is new is one that was empty until then.
    return counted.kills > (before?.at === counted.at ? before.kills : 0);
  };

  return {
    begin: () => {
      counted = memoryKills('shared');
    },
    enter: (spec) => {
      const { controlGroup } = spec.service;
      if (controlGroup === null) return null;
      const entered = groups.enter(fullName(spec), controlGroup);
      return entered.ok ? entered : fail(`cannot keep it to ${optionsOf(controlGroup)}: ${entered.error}`);
    },
    follow: (spec) => {
      if (spec.service.controlGroup === null) return;
      groups.follow(fullName(spec), (kills) => {
        notice('warn', `out of memory: the kernel has killed ${kills === 1 ? 'a process' : `${kills} processes`} of ${fullName(spec)}`, fullName(spec));
      });
    },
    clear: (spec) => {
      if (spec.service.controlGroup !== null) groups.clear(fullName(spec));
    },
    wasOutOfMemory: (spec) => (spec.service.controlGroup !== null && groups.killsIn(fullName(spec)) > 0) || wasOneOfTheOthers(),
    before: (port, plan) => ({
      ...port,
      ending: (world, code) => {
        for (const spec of plan().processes) if (spec.service.controlGroup !== null) groups.clear(fullName(spec));
        port.ending(world, code);
      },
    }),
  };
};

const optionsOf = ({ memoryMax, cpuMax, pidsMax }: ControlGroupLimits): string =>
  [memoryMax === null ? [] : ['memory_max'], cpuMax === null ? [] : ['cpu_max'], pidsMax === null ? [] : ['pids_max']].flat().join(' and ');
