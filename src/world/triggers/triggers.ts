/** Which events of programs and which signals start whom: worked out once for a plan. */
import type { ProgramEvent, Trigger } from '../../config/model/activation-model.ts';
import { processesNamed } from '../../config/dependencies.ts';
import type { Model, ProcessSpec, SignalNumber } from '../../config/model/model.ts';
import { signalName } from '../../config/values/machine/signals.ts';

/** As it is written. */
export const showTrigger = (trigger: Trigger): string => {
  switch (trigger.kind) {
    case 'socket':
      return `socket:${trigger.name}`;
    case 'path':
      return `path:${trigger.pattern}`;
    case 'program':
      return `program:${trigger.name}:${trigger.event}`;
    case 'signal':
      return `signal:${signalName(trigger.signal)}`;
  }
};

/** Who is started by what, as far as the world sees it. */
export type PlannedTriggers = {
  readonly bySignal: ReadonlyMap<SignalNumber, readonly number[]>;
  /** By the index of the program whose event it is. */
  readonly byProgram: ReadonlyMap<number, readonly { readonly event: ProgramEvent; readonly target: number }[]>;
};

/** Null: nobody is. */
export const triggersOf = ({ groups }: Model, processes: readonly ProcessSpec[]): PlannedTriggers | null => {
  const bySignal = new Map<SignalNumber, number[]>();
  const byProgram = new Map<number, { event: ProgramEvent; target: number }[]>();
  const add = (trigger: Trigger, target: number): void => {
    if (trigger.kind === 'signal') bySignal.set(trigger.signal, [...(bySignal.get(trigger.signal) ?? []), target]);
    if (trigger.kind !== 'program') return;
    for (const spec of processesNamed(groups, trigger.name)) {
      const index = processes.indexOf(spec);
      byProgram.set(index, [...(byProgram.get(index) ?? []), { event: trigger.event, target }]);
    }
  };
  for (const [target, { service }] of processes.entries()) for (const trigger of service.activation?.startOn ?? []) add(trigger, target);
  return bySignal.size + byProgram.size === 0 ? null : { bySignal, byProgram };
};
