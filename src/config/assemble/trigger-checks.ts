/** What programs say of each other and of sockets, once all are known: names that nobody has, and connections that two would take. */
import invariant from 'tiny-invariant';
import { nearest } from '../../base/nearest.ts';
import type { DeclaredSocket } from '../model/activation-model.ts';
import { processesNamed } from '../dependencies.ts';
import type { GroupSpec, ProcessSpec, SignalNumber } from '../model/model.ts';
import { addError, addWarning, hasErrors } from '../problems.ts';
import { placeOfOption, showPlace } from '../read/raw.ts';
import type { ReadContext } from '../read/read-options.ts';
import { signalName } from '../values/machine/signals.ts';

export type Declared = { readonly sockets: ReadonlyMap<string, DeclaredSocket>; readonly stopSignals: readonly SignalNumber[] };

export function checkTriggers(context: ReadContext, groups: readonly GroupSpec[], { sockets, stopSignals }: Declared): void {
  const users = new Map<string, ProcessSpec[]>();
  const told = new Set<string>();
  const complain = (process: ProcessSpec, option: string, what: string): void => {
    const sentence = `${option} of ${process.program} ${what}`;
    if (told.has(sentence)) return;
    told.add(sentence);
    const section = context.config.sections.find(({ place }) => place === process.place);
    invariant(section !== undefined, 'a process stands where its section does');
    const place = placeOfOption(context.config, section, option);
    const placed = `${option} of ${process.program} (${showPlace(place)}) ${what}`;
    addError(context.problems, place, { ours: placed, peer: placed });
  };
  for (const process of groups.flatMap(({ processes }) => processes)) {
    const { activation } = process.service;
    for (const trigger of activation?.startOn ?? []) {
      if (trigger.kind === 'signal' && stopSignals.includes(trigger.signal))
        complain(process, 'start_on', `names signal ${signalName(trigger.signal)}, which ends everything (stop_signals); take another one, as USR1`);
      if (trigger.kind !== 'program' || processesNamed(groups, trigger.name).length > 0) continue;
      complain(process, 'start_on', `names ${trigger.name}, and nothing is called so${hint(groups, trigger.name)}`);
    }
    for (const { name } of activation?.sockets ?? []) users.set(name, [...(users.get(name) ?? []), process]);
  }
  for (const [name, processes] of users) {
    const taker = processes.find(({ service }) => service.activation?.acceptsConnections === true);
    const other = processes.find(({ program }) => program !== taker?.program);
    if (taker !== undefined && other !== undefined)
      complain(taker, 'accept', `takes the connections of the socket ${name}, and ${other.program} is to have that, too`);
  }
  if (!hasErrors(context.problems)) warnOfUnused(context, users, sockets);
}

function warnOfUnused(context: ReadContext, users: ReadonlyMap<string, unknown>, sockets: ReadonlyMap<string, DeclaredSocket>): void {
  for (const { name, place } of sockets.values()) {
    if (users.has(name)) continue;
    const sentence = `[socket:${name}] (${showPlace(place)}) is not opened, for no program has it; write sockets=${name} or start_on=socket:${name} in one`;
    addWarning(context.problems, place, { ours: sentence, peer: sentence });
  }
}

function hint(groups: readonly GroupSpec[], name: string): string {
  const near = nearest(name, [...new Set(groups.flatMap((group) => [group.name, ...group.processes.map(({ program }) => program)]))]);
  return near === null ? '' : ` (did you mean ${near}?)`;
}
