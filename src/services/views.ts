/** Read-only views of the world for operators: flat, in supervisord's words and units, without anything that could be acted on. */
import type { StateName } from '../process/types.ts';

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
};
