/** Read-only views of the world for operators: flat, in supervisord's words and units, without anything that could be acted on. */
import { isExpectedExit } from '../../process/exit-status.ts';
import type { ProcessState, StateName } from '../../process/types.ts';
import { waitsFor } from '../dependencies.ts';
import { describe, wallTimeOf } from './describe.ts';
import type { Moment } from './describe.ts';
import { fullName } from '../plan.ts';
import type { Plan } from '../plan.ts';
import { NO_REPORT } from './report.ts';
import type { Report } from './report.ts';
import type { World, WorldChange } from '../types.ts';

export type ProcessView = {
  /** In the plan in force: good until the next one takes over, so never kept over an await. `fullName` is what lasts. */
  readonly index: number;
  readonly group: string;
  readonly name: string;
  /** `name`, or `group:name` where they differ. */
  readonly fullName: string;
  readonly state: StateName;
  /** supervisord's number of the state. */
  readonly stateCode: number;
  /** The run counts as ready for those that depend on it; of EXITED: it has done what it was there for. */
  readonly isReady: boolean;
  /** It is to start, and waits for what it depends on. */
  readonly isHeld: boolean;
  /** 0: no process. */
  readonly pid: number;
  /** Number of the latest run, 0 before the first. */
  readonly run: number;
  /** Whole seconds since the epoch; 0: never. */
  readonly startedAtSeconds: number;
  readonly stoppedAtSeconds: number;
  readonly spawnError: string;
  /** Of the latest run that ended, as supervisord reports it: -1 after a signal, 0 when there is none. */
  readonly exitStatus: number;
  /** The words that status commands show after the state. */
  readonly description: string;
  /** By its own words. */
  readonly report: Report;
  /** It can be told to read its own configuration again. */
  readonly canReload: boolean;
};

export type GroupView = {
  readonly name: string;
  readonly priority: number;
  /** Of its processes, in order of priority. */
  readonly indices: readonly number[];
};

/** One change of a process's state, told in the order they happen; a single step of the world may make several. */
export type Transition = {
  readonly index: number;
  readonly group: string;
  readonly name: string;
  readonly fullName: string;
  readonly run: number;
  readonly from: StateName;
  readonly to: StateName;
  /** Of the run that this is about; 0 when it never had one. */
  readonly pid: number;
  /** Failed starts in a row. */
  readonly tries: number;
  /** Of EXITED: was the exit code one of `exitcodes`? */
  readonly isExpected: boolean;
  readonly spawnError: string;
  readonly isReady: boolean;
  readonly isHeld: boolean;
};

/** supervisord's numbers of the states. */
export const STATE_CODES: Readonly<Record<StateName, number>> = {
  STOPPED: 0,
  STARTING: 10,
  RUNNING: 20,
  BACKOFF: 30,
  STOPPING: 40,
  EXITED: 100,
  FATAL: 200,
  UNKNOWN: 1000,
};

/** By index. `reportOf`: what a run has said about itself. */
export const processViews = (plan: Plan, { states }: World, moment: Moment, reportOf: (run: number) => Report = () => NO_REPORT): readonly ProcessView[] =>
  plan.processes.flatMap((spec, index) => {
    const state = states[index];
    if (state === undefined) return [];
    const hasFailed = state.name === 'BACKOFF' || state.name === 'FATAL';
    return {
      index,
      group: spec.group,
      name: spec.name,
      fullName: fullName(spec),
      state: state.name,
      stateCode: STATE_CODES[state.name],
      isReady: state.isReady,
      isHeld: state.isHeld,
      pid: state.pid,
      run: state.run,
      startedAtSeconds: state.run === 0 ? 0 : secondsOf(state.startedAtMs, moment),
      stoppedAtSeconds: state.stoppedAtMs === 0 ? 0 : secondsOf(state.stoppedAtMs, moment),
      spawnError: state.spawnError,
      // supervisord keeps none of a failed start.
      exitStatus: hasFailed ? 0 : (state.exit?.code ?? 0),
      description: state.isHeld ? `waiting for ${waitsFor(plan, states, index).join(', ')}` : `${describe(spec.name, state, moment)}${leftBy(plan, state)}`,
      report: reportOf(state.run),
      canReload: spec.service.reload !== null,
    };
  });

/** In start order; to be made once for each plan. */
export const groupViews = ({ groups }: Plan): readonly GroupView[] =>
  groups.map(({ name, priority, first, processes }) => ({
    name,
    priority,
    indices: processes
      .map((spec, at) => ({ index: first + at, priority: spec.priority }))
      .sort((a, b) => a.priority - b.priority)
      .map(({ index }) => index),
  }));

export const transitionOf = ({ index, spec, from, to }: Extract<WorldChange, { readonly type: 'state' }>): Transition => ({
  index,
  group: spec.group,
  name: spec.name,
  fullName: fullName(spec),
  run: to.run,
  from: from.name,
  to: to.name,
  pid: to.lastPid,
  tries: to.failures,
  isExpected: to.exit !== null && isExpectedExit(to.exit, spec),
  spawnError: to.spawnError,
  isReady: to.isReady,
  isHeld: to.isHeld,
});

/** supervisord knows nothing of it. */
const leftBy = ({ signalsLikeSupervisord }: Plan, { leftPid }: ProcessState): string =>
  leftPid === 0 || signalsLikeSupervisord ? '' : `, process ${leftPid} is left behind`;

const secondsOf = (atMs: number, moment: Moment): number => Math.floor(wallTimeOf(atMs, moment) / 1000);
