/**
 * Another configuration for a running world: which processes have to end first, and what the world is once they have. What an
 * operator does not see changed runs on untouched, under whatever index it has in the new plan. Pure, like all that decides.
 */
import { diff } from '../config/model/diff.ts';
import type { ProcessSpec } from '../config/model/model.ts';
import { INITIAL_STATE } from '../process/initial-state.ts';
import type { ProcessState } from '../process/types.ts';
import { fullName, type Plan } from './plan.ts';
import { isAtRest } from './stop/rest.ts';
import type { World, WorldEvent } from './types.ts';

export type Replan = {
  /** Indices in the present plan: to be down before the next plan takes over. */
  readonly leaving: readonly number[];
  /** One line for each group that is added, changed or removed, with why. */
  readonly summary: readonly string[];
};

/** `everything`: supervisord's way, all of it stops and starts. */
export const planChange = (present: Plan, next: Plan, everything: boolean): Replan => {
  if (everything) return { leaving: [...present.processes.keys()], summary: [] };
  const { added, changed, removed } = diff(present.model, next.model);
  const gone = new Set(removed);
  const leavingOf = new Map(changed.map(({ name, leaving }) => [name, new Set(leaving)]));
  return {
    leaving: present.processes.flatMap(({ group, name }, index) => (gone.has(group) || leavingOf.get(group)?.has(name) === true ? [index] : [])),
    summary: [
      ...removed.map((name) => `${name}: removed`),
      ...changed.map(({ name, differences }) => `${name}: changed (${differences.join(', ')})`),
      ...added.map((name) => `${name}: added`),
    ],
  };
};

/** stillRunning: a process that the next plan does not go on with is not at rest. busy: this world is on its way to another one. */
export type Obstacle = 'busy' | 'stillRunning';

/** Why the next plan cannot take over at once; null: it can. */
export const obstacleTo = (present: Plan, world: World, next: Plan): Obstacle | null => {
  if (world.phase !== 'running') return 'busy';
  return leavingAlive(present, world, next).length === 0 ? null : 'stillRunning';
};

/** Processes that the next plan does not go on with and that are not at rest. */
export const leavingAlive = (present: Plan, world: World, next: Plan): readonly ProcessSpec[] => {
  const leaving = new Set(planChange(present, next, false).leaving);
  return present.processes.filter((_, index) => leaving.has(index) && !isAtRest(world.states[index] ?? INITIAL_STATE));
};

/** An event that waits to be stepped, under the next plan; null: it is about nobody there. */
export const movedEvent = (event: WorldEvent, moved: ReadonlyMap<number, number>): WorldEvent | null => {
  if (event.type === 'process') {
    const index = moved.get(event.index);
    return index === undefined ? null : { ...event, index };
  }
  if (event.type !== 'commandRequested' && event.type !== 'activated') return event;
  return { ...event, targets: event.targets.flatMap((index) => moved.get(index) ?? []) };
};

export type Replanned = {
  readonly world: World;
  /** Index in the present plan -> index in the next one, of processes that go on. */
  readonly moved: ReadonlyMap<number, number>;
  /** Indices in the next plan of processes that are new there: those with autostart are to be started. */
  readonly fresh: readonly number[];
};

/** The world under the next plan. To be called when every one of `leaving` is at rest. */
export const replan = (present: Plan, world: World, next: Plan): Replanned => {
  const leaving = new Set(world.leaving);
  const staying = new Map<string, number>();
  for (const [index, spec] of present.processes.entries()) if (!leaving.has(index)) staying.set(identity(spec), index);
  const moved = new Map<number, number>();
  const fresh: number[] = [];
  const states = next.processes.map((spec, index): ProcessState => {
    const before = staying.get(identity(spec));
    const state = before === undefined ? undefined : world.states[before];
    if (before === undefined || state === undefined) {
      fresh.push(index);
      return INITIAL_STATE;
    }
    moved.set(before, index);
    return state;
  });
  return { world: { ...world, phase: 'running', states, wave: 0, deadlineMs: null, leaving: [] }, moved, fresh };
};

/** Group and name: what makes a process the same one in another configuration. */
const identity = fullName;
