/** Short forms of what the states' files say over and over: nothing happens, and a line for the log. */
import type { NoticeLevel, ProcessEffect, ProcessState, StepResult } from './types.ts';

const NO_EFFECTS: readonly ProcessEffect[] = [];

/** Nothing is to be done; the state may have changed. */
export const quietly = (state: ProcessState): StepResult => ({ state, effects: NO_EFFECTS });

/** `quietly` under the name that says that nothing changes either. */
export const ignored = (state: ProcessState): StepResult => quietly(state);

export const notice = (level: NoticeLevel, text: string): ProcessEffect => ({ type: 'notice', level, text });

/** Is the state's timer due? A timer without a deadline, or fired early, is not. */
export const isDue = (state: ProcessState, nowMs: number): boolean => state.deadlineMs !== null && nowMs >= state.deadlineMs;
