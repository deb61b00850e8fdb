/**
 * What follows from a failed start: a spawn that was refused, or an end within the start window, whatever its code.
 * BACKOFF waits longer after each failure in a row; beyond startretries, or the restart budget, the process is given up: FATAL.
 */
import { backOffMs, spendRestart } from './restart.ts';
import { notice } from './result.ts';
import type { ExitStatus, ProcessEffect, ProcessEvent, ProcessState, StepContext, StepResult } from './types.ts';

type SpawnFailed = Extract<ProcessEvent, { type: 'spawnFailed' }>;

export type Failure = {
  readonly spawnError: string;
  readonly exit: ExitStatus | null;
  readonly atMs: number;
  /** What the failure itself asks for, before what follows from it. */
  readonly effects: readonly ProcessEffect[];
};

export const failStart = (state: ProcessState, failure: Failure, context: StepContext): StepResult => {
  const ended = { ...state, pid: 0, lastPid: 0, stoppedAtMs: failure.atMs, exit: failure.exit, spawnError: failure.spawnError };
  const failures = state.failures + 1;
  const failed: ProcessState = { ...ended, name: 'BACKOFF', failures, isReady: false, deadlineMs: failure.atMs + backOffMs(failures, context) };
  // A shutdown under way: there will be no retry to wait for.
  if (state.wish === 'down') return { state: giveUp(failed), effects: failure.effects, passed: [failed] };
  if (failures > context.spec.startRetries) {
    return { state: giveUp(failed), effects: [...failure.effects, outOfTries(context)], passed: [failed] };
  }
  const counted = spendRestart(failed, context);
  if (typeof counted !== 'string') return { state: counted, effects: failure.effects };
  return { state: giveUp(failed), effects: [...failure.effects, overBudget(context, counted)], passed: [failed] };
};

/** A start that init refused, or for which a step before exec failed. */
export const notStarted = ({ reason, isNameless = false }: SpawnFailed, { spec, speaksLikeSupervisord = false }: StepContext): ProcessEffect =>
  notice('info', `${speaksLikeSupervisord ? 'spawnerr' : 'not started'}: ${isNameless ? '' : `${spec.name}: `}${reason}`);

/** supervisord tells the end of all tries as information; here it is an error. */
const outOfTries = ({ spec, speaksLikeSupervisord = false }: StepContext): ProcessEffect => {
  if (speaksLikeSupervisord) return notice('info', `gave up: ${spec.name} entered FATAL state, too many start retries too quickly`);
  const tries = spec.startRetries + 1;
  return notice(
    'error',
    `gave up: ${spec.name}, after ${tries} ${tries === 1 ? 'try' : 'tries'} (startretries=${spec.startRetries}); a start command tries again`,
  );
};

/** The notice that goes with giveUp() there. */
export const overBudget = ({ spec }: StepContext, why: string): ProcessEffect => notice('error', `gave up: ${spec.name}, ${why}; a start command tries again`);

/** FATAL: only a command leads out of it. What is being ended of the last run is ended first; no start is behind that. */
export const giveUp = (state: ProcessState): ProcessState => {
  const fatal: ProcessState = { ...state, name: 'FATAL', failures: 0, deadlineMs: null, killAtMs: null };
  return state.lingering ? { ...fatal, deadlineMs: state.killAtMs ?? state.deadlineMs } : fatal;
};
