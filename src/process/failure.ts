/**
 * What follows from a failed start: a spawn that was refused, or an end within the start window, whatever its code.
 * BACKOFF waits one second longer after each failure in a row; beyond startretries the process is given up: FATAL.
 */
import { notice } from './result.ts';
import type { ExitStatus, ProcessEffect, ProcessState, StepContext, StepResult } from './types.ts';

/** supervisord's schedule: 1 s after the first failure, 2 s after the second, and so on. */
const BACK_OFF_STEP_MS = 1000;

export type Failure = {
  readonly spawnError: string;
  readonly exit: ExitStatus;
  readonly atMs: number;
  /** What the failure itself asks for, before what follows from it. */
  readonly effects: readonly ProcessEffect[];
};

export const failStart = (state: ProcessState, failure: Failure, context: StepContext): StepResult => {
  const ended = { ...state, pid: 0, lastPid: 0, stoppedAtMs: failure.atMs, exit: failure.exit, spawnError: failure.spawnError };
  const failures = state.failures + 1;
  const failed: ProcessState = { ...ended, name: 'BACKOFF', failures, deadlineMs: failure.atMs + failures * BACK_OFF_STEP_MS };
  // A shutdown under way: there will be no retry to wait for.
  if (state.wish === 'down') return { state: giveUp(failed), effects: failure.effects, passed: [failed] };
  if (failures > context.spec.startRetries) {
    const text = `gave up: ${context.spec.name} entered FATAL state, too many start retries too quickly`;
    return { state: giveUp(failed), effects: [...failure.effects, notice('info', text)], passed: [failed] };
  }
  return { state: failed, effects: failure.effects };
};

/** FATAL: only a command leads out of it. */
export const giveUp = (state: ProcessState): ProcessState => ({ ...state, name: 'FATAL', failures: 0, deadlineMs: null });
