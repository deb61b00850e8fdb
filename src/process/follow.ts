/** A run goes on with another main process: the one that the pid file names, after the program has put itself into the background. */
import { notice } from './result.ts';
import type { ProcessState, StepContext, StepResult } from './types.ts';

export const moveTo = (state: ProcessState, pid: number, { spec }: StepContext): StepResult => ({
  state: { ...state, pid, lastPid: pid },
  effects: [notice('info', `followed: '${spec.name}' runs on with pid ${pid}, named by ${spec.pidFile ?? 'its pid file'}`)],
});
