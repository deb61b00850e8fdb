/**
 * Takeover: what a successor makes of the states its predecessor left in the black box and of the runs init knows.
 * The box may be one step behind init (something ended meanwhile) or one step ahead of it (a spawn was decided but
 * never sent). Pure: the result is a world and the events that bring it up to date, to be stepped in their order.
 * A signal that was decided but perhaps not sent is not repeated: a stop has its KILL, a doubled TERM may do harm.
 */
import { INITIAL_STATE } from '../process/initial-state.ts';
import type { ExitStatus, ProcessEffect, ProcessEvent, ProcessState } from '../process/types.ts';
import type { WorldHeader } from './memo.ts';
import type { Plan } from './plan.ts';
import { isTaskRun } from './task-runs.ts';
import type { World, WorldEvent } from './types.ts';

/** One run as init remembers it. */
export type RememberedRun = {
  readonly run: number;
  readonly pid: number;
  readonly running: boolean;
  readonly groupEnded: boolean;
  readonly hasStrays?: boolean;
  readonly isLaunching?: boolean;
  readonly status: ExitStatus;
  readonly startedAtMs: number;
  readonly exitedAtMs: number;
};

/** What is done to a run whether or not a process still knows it. */
export type RunEffect = Extract<ProcessEffect, { readonly type: 'signal' | 'cancel' | 'release' }>;

/** A hook or a check that a predecessor has started: it, or what it has left in its process group, is stopped, and let go when it is gone. */
export type AbandonEffect = { readonly type: 'abandon'; readonly run: number; readonly pid: number; readonly isRunning: boolean };

export type Restored = {
  readonly world: World;
  /** To be stepped in this order, the last one being `resumed`. */
  readonly events: readonly WorldEvent[];
  /** To be performed: runs that belong to no process any more are released, and ended if they still live. */
  readonly effects: readonly (RunEffect | AbandonEffect)[];
};

/**
 * `states` by index in the plan; null where the box has none. `lastRun`: the highest number of a program's run that init has heard. It is
 * never used again, even where nothing is left of what the predecessor kept.
 */
export const restoreWorld = (
  plan: Plan,
  header: WorldHeader,
  states: readonly (ProcessState | null)[],
  known: readonly RememberedRun[],
  lastRun: number,
): Restored => {
  const byRun = new Map(known.map((remembered) => [remembered.run, remembered]));
  const events: WorldEvent[] = [];
  const cancelled: RunEffect[] = [];
  const restored = plan.processes.map((_, index) => {
    const saved = states[index] ?? INITIAL_STATE;
    const { state, missed } = reconcile(saved, byRun.get(saved.run));
    // To be sure: the predecessor may have died in between.
    if (state.name === 'STOPPING' && byRun.get(state.run)?.isLaunching === true) cancelled.push({ type: 'cancel', run: state.run });
    if (expectsRun(state)) byRun.delete(state.run);
    for (const event of missed) events.push({ type: 'process', index, event });
    return state;
  });
  const nextRun = Math.max(header.nextRun, lastRun + 1);
  return {
    world: { ...header, nextRun, states: restored },
    events: [...events, { type: 'resumed' }],
    effects: [...cancelled, ...[...byRun.values()].flatMap(abandon)],
  };
};

type Reconciled = { readonly state: ProcessState; readonly missed: readonly ProcessEvent[] };

const reconcile = (state: ProcessState, known: RememberedRun | undefined): Reconciled => {
  if (!expectsRun(state)) return { state, missed: [] };
  return known === undefined ? withoutRun(state) : { state, missed: missedEvents(state, known) };
};

/** Does this state wait for something of its run? */
const expectsRun = ({ name, lingering, leftPid }: ProcessState): boolean =>
  name === 'STARTING' || name === 'RUNNING' || name === 'STOPPING' || lingering || leftPid !== 0;

const missedEvents = (state: ProcessState, known: RememberedRun): readonly ProcessEvent[] => {
  const { run, pid, running, groupEnded, status, startedAtMs, exitedAtMs } = known;
  // Whom it was told of before: its name is not known here.
  const left = known.hasStrays === true ? { left: { pid: state.leftPid, name: '', isStray: true } } : {};
  if (state.leftPid !== 0) return groupEnded && known.hasStrays !== true ? [{ type: 'treeEnded', run }] : [];
  if (state.lingering) return groupEnded ? [{ type: 'groupEnded', run, ...left }] : [];
  if (known.isLaunching === true) return [];
  const spawned: readonly ProcessEvent[] = state.pid === 0 ? [{ type: 'spawned', run, pid, atMs: startedAtMs }] : [];
  // The predecessor had asked init to follow another process, and died before it heard the answer.
  if (running && state.pid !== 0 && state.pid !== pid) return [{ type: 'followed', run, pid }];
  return running ? spawned : [...spawned, { type: 'exited', run, status, groupEnded, ...left, atMs: exitedAtMs }];
};

/** How a run ended that init has forgotten: a failure. It cannot happen unless the box is older than it claims. */
const LOST: ExitStatus = { code: 1, signal: null, coreDumped: false };

const withoutRun = (state: ProcessState): Reconciled => {
  const { run } = state;
  if (state.lingering || state.leftPid !== 0) return { state, missed: [{ type: 'treeEnded', run }] };
  if (state.pid !== 0) {
    return { state, missed: [{ type: 'exited', run, status: LOST, groupEnded: true, atMs: state.startedAtMs }] };
  }
  // The spawn never reached init, or its failure was told to a dead ear: ask again, under a new number.
  const stopped: ProcessState = { ...state, name: 'STOPPED' };
  return { state: stopped, missed: state.wish === 'up' ? [{ type: 'startRequested' }] : [] };
};

/** A program that no state knows cannot be stopped in its own way. */
const abandon = ({ run, pid, running, groupEnded }: RememberedRun): readonly (RunEffect | AbandonEffect)[] => {
  if (isTaskRun(run) && (running || !groupEnded)) return [{ type: 'abandon', run, pid, isRunning: running }];
  const release: RunEffect = { type: 'release', run };
  return running ? [{ type: 'signal', run, signal: 9, scope: 'group' }, release] : [release];
};
