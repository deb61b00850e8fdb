/** What was still there when all programs had been stopped: named, with the program that it came from. For the log and for the exit report. */
import type { ProcessState } from '../../process/types.ts';
import { fullName, type Plan } from '../plan.ts';
import { isTaskRun } from '../task-runs.ts';

/** As the sweep found it. `run`: the one that it came from, 0: none that is known. */
export type Leftover = { readonly pid: number; readonly name: string; readonly run: number; readonly wasKilled: boolean };

export type LeftBehind = {
  readonly pid: number;
  readonly name: string;
  /** Null: nobody knows, or it came from an earlier run. */
  readonly program: string | null;
  /** It did not end when it was told to. */
  readonly killed: boolean;
};

/** What a hook or a health check has left is said to be that. */
const TASK = 'hook or health check';

export const leftBehind = (plan: Plan, states: readonly ProcessState[], found: readonly Leftover[]): readonly LeftBehind[] =>
  found.map(({ pid, name, run, wasKilled }) => ({ pid, name, program: programOf(plan, states, run), killed: wasKilled }));

/** One line each, and one for those that are not named. `count`: of all. */
export const leftLines = (left: readonly LeftBehind[], count: number): readonly string[] => [
  ...left.map(({ pid, name, program, killed }) => {
    const origin = program === null ? '' : `, which came from ${program},`;
    return `left behind: process ${pid} (${JSON.stringify(name)})${origin} ${killed ? 'had to be killed' : 'was ended'}`;
  }),
  ...(count > left.length && left.length > 0 ? [`left behind: ${count - left.length} more`] : []),
];

/** The same of what a KILL has reached beside a main process. */
export const killedLines = (killed: readonly LeftBehind[], count: number): readonly string[] => [
  ...killed.map(
    ({ pid, name, program }) => `killed what did not end in its time: process ${pid} (${JSON.stringify(name)})${program === null ? '' : ` of ${program}`}`,
  ),
  ...(count > killed.length ? [`killed what did not end in its time: ${count - killed.length} more`] : []),
];

const programOf = (plan: Plan, states: readonly ProcessState[], run: number): string | null => {
  if (run === 0) return null;
  if (isTaskRun(run)) return TASK;
  const spec = plan.processes[states.findIndex((state) => state.run === run)];
  return spec === undefined ? null : fullName(spec);
};
