/**
 * What can be known of a configuration before anything starts: every process with its index (start order), and the
 * waves in which a shutdown stops them. Made once; the world's state refers to processes by index only.
 */
import { processesNamed } from '../config/dependencies.ts';
import type { GroupSpec, Model, ProcessSpec } from '../config/model/model.ts';
import type { Condition } from '../config/model/service-model.ts';
import { inDependencyOrder } from './stop/stop-order.ts';
import { stopTimes } from './stop/stop-times.ts';
import { triggersOf } from './triggers/triggers.ts';
import type { PlannedTriggers } from './triggers/triggers.ts';

export type PlanOptions = {
  /** supervisord's way: groups stop strictly one after the other, also those of equal priority. */
  readonly stopGroupsOneByOne: boolean;
  /** supervisord's way with signals: HUP starts everything anew, what it does not know is nobody's. Else HUP changes what differs, and what
   *  is unknown goes to the programs. */
  readonly signalsLikeSupervisord?: boolean;
};

export type PlannedGroup = { readonly name: string; readonly priority: number; readonly first: number; readonly processes: readonly ProcessSpec[] };

/** One process that another waits for. */
export type PlannedDependency = {
  readonly index: number;
  /** For people: `db:ready`. */
  readonly name: string;
  readonly condition: Condition;
  readonly isSoft: boolean;
};

export type Plan = {
  readonly model: Model;
  /** In start order: by group priority, group name (supervisord: in the order of coming), then as configured. An index here names a process everywhere. */
  readonly processes: readonly ProcessSpec[];
  /** By index: the same, with the name that notices use: behind its group's, but supervisord leaves the group out. */
  readonly named: readonly ProcessSpec[];
  /** In start order. */
  readonly groups: readonly PlannedGroup[];
  /** By index. */
  readonly dependencies: readonly (readonly PlannedDependency[])[];
  readonly hasDependencies: boolean;
  /** Who is started by signals and by others; null: nobody. */
  readonly triggers: PlannedTriggers | null;
  /** A shutdown stops wave after wave; each lists indices, highest process priority first. Dependants go before what they depend on. */
  readonly stopWaves: readonly (readonly number[])[];
  /** By wave: the most that a stop takes from there on (stop-times.ts). */
  readonly stopTimesMs: readonly number[];
  readonly signalsLikeSupervisord: boolean;
};

export const makePlan = (model: Model, options: PlanOptions): Plan => {
  const processes: ProcessSpec[] = [];
  const groups: PlannedGroup[] = [];
  const waves: { readonly priority: number; readonly members: Member[] }[] = [];
  const isPeer = options.signalsLikeSupervisord === true;
  for (const group of [...model.groups].sort(isPeer ? byPriority : byPriorityThenName)) {
    const last = waves.at(-1);
    const joinsLast = last !== undefined && last.priority === group.priority && !options.stopGroupsOneByOne;
    const wave = joinsLast ? last : { priority: group.priority, members: [] };
    if (!joinsLast) waves.push(wave);
    groups.push({ name: group.name, priority: group.priority, first: processes.length, processes: group.processes });
    for (const process of group.processes) wave.members.push({ index: processes.push(process) - 1, priority: process.priority });
  }
  const dependencies = dependenciesOf(model, processes);
  const hasDependencies = dependencies.some((each) => each.length > 0);
  const waveOrder = waves.reverse().map(({ members }) => members.sort(inStopOrder).map(({ index }) => index));
  const stopWaves = hasDependencies ? inDependencyOrder(waveOrder, dependencies) : waveOrder;
  const stopTimesMs = stopTimes(processes, stopWaves);
  const triggers = triggersOf(model, processes);
  const named = isPeer ? processes : processes.map((spec) => (spec.group === spec.name ? spec : { ...spec, name: fullName(spec) }));
  return { model, processes, named, groups, dependencies, hasDependencies, triggers, stopWaves, stopTimesMs, signalsLikeSupervisord: isPeer };
};

/** A name that nobody has any more (its group was removed while it ran) is nothing to wait for. */
const dependenciesOf = ({ groups }: Model, processes: readonly ProcessSpec[]): Plan['dependencies'] => {
  if (processes.every(({ service }) => service.dependsOn.length === 0)) return processes.map(() => NOTHING);
  return processes.map(({ service }) =>
    service.dependsOn.flatMap(({ name, condition, isSoft }) =>
      processesNamed(groups, name).map((spec) => ({
        index: processes.indexOf(spec),
        name: `${fullName(spec)}${condition === 'started' ? '' : `:${condition}`}`,
        condition,
        isSoft,
      })),
    ),
  );
};

const NOTHING: readonly PlannedDependency[] = [];

/** `name`, or `group:name` where they differ: how people call a process. */
export const fullName = (spec: ProcessSpec): string => (spec.group === spec.name ? spec.name : `${spec.group}:${spec.name}`);

/** The full name of the process with this index; undefined: there is none. */
export const nameAt = ({ processes }: Plan, index: number | null): string | undefined => {
  const spec = index === null ? undefined : processes[index];
  return spec === undefined ? undefined : fullName(spec);
};

/** All of them, by index. */
export const namesOf = ({ processes }: Plan): readonly string[] => processes.map(fullName);

/** supervisord's way: what came later is later, stops earlier. A configuration comes in the order of names. */
const byPriority = (a: GroupSpec, b: GroupSpec): number => a.priority - b.priority;

const byPriorityThenName = (a: GroupSpec, b: GroupSpec): number => byPriority(a, b) || (a.name < b.name ? -1 : Number(a.name > b.name));

type Member = { readonly index: number; readonly priority: number };

const inStopOrder = (a: Member, b: Member): number => b.priority - a.priority || b.index - a.index;
