/**
 * BACKOFF: a start has failed, or restart_delay holds the next one up: it waits for its deadline. The main process has ended; what the run has
 * left behind (lingering) has been asked to end, and the next run waits for that too, up to `killAtMs` and KILL.
 */
import { assertNever } from '../../base/assert-never.ts';
import { failAtRest } from '../dependency-failure.ts';
import { giveUp } from '../failure.ts';
import { ignored, isDue, quietly } from '../result.ts';
import { TOO_QUICKLY } from '../exit.ts';
import { isExpectedExit } from '../exit-status.ts';
import { killLeft } from '../left.ts';
import { enterStarting } from '../start.ts';
import type { ProcessEffect, ProcessEvent, ProcessState, StepContext, StepResult } from '../types.ts';

export const stepBackoff = (state: ProcessState, event: ProcessEvent, context: StepContext): StepResult => {
  switch (event.type) {
    case 'startRequested':
      return ignored(state);
    case 'holdRequested':
      return ignored(state);
    case 'dependencyFailed':
      return failAtRest(state, event.name, context);
    case 'unhealthy':
      return ignored(state);
    case 'readinessReported':
      return ignored(state);
    case 'stopRequested':
      return quietly(atRest({ ...state, name: 'STOPPED', wish: 'down', exit: null }));
    case 'signalRequested':
      return ignored(state);
    case 'spawned':
      return ignored(state);
    case 'spawnFailed':
      return ignored(state);
    case 'exited':
      return ignored(state);
    case 'followed':
      return ignored(state);
    case 'groupEnded':
      return state.lingering && (event.left?.isStray !== true || context.spec.stopScopes.kill !== 'tree') ? leftEnded(state, context) : ignored(state);
    case 'treeEnded':
      return state.lingering ? leftEnded(state, context) : ignored(state);
    case 'deadlineReached':
      return isDue(state, context.nowMs) ? retry(state, context) : ignored(state);
    case 'shutdownBegun':
      return shutDown({ ...hurried(state, context), wish: 'down' }, context);
    default:
      return assertNever(event);
  }
};

const release = ({ run }: ProcessState): readonly ProcessEffect[] => [{ type: 'release', run }];

/** What is left is gone. Without `killAtMs` the time of the next start is over, which has waited for just that. */
const leftEnded = (state: ProcessState, context: StepContext): StepResult =>
  state.killAtMs === null
    ? enterStarting(state, context, release(state))
    : { state: { ...state, lingering: false, leftPid: 0, killAtMs: null }, effects: release(state) };

/** The time of the next start, or that of KILL for what is in its way; a second after that the start waits no longer. */
const retry = (state: ProcessState, context: StepContext): StepResult => {
  if (!state.lingering) return enterStarting(state, context);
  if (state.killed) return enterStarting(state, context, release(state));
  if (state.killAtMs === null || context.nowMs >= state.killAtMs) return killLeft(state, context);
  return quietly({ ...state, deadlineMs: state.killAtMs, killAtMs: null });
};

/** No start follows; what is left goes on ending, with the deadline that it had. */
const atRest = (state: ProcessState): ProcessState => ({ ...state, deadlineMs: state.lingering ? (state.killAtMs ?? state.deadlineMs) : null, killAtMs: null });

/** A run that had ended as expected has not failed because another one was to follow. */
const shutDown = (state: ProcessState, { spec }: StepContext): StepResult => {
  const hasEnded =
    state.exit !== null && (state.failures === 0 || (state.spawnError === TOO_QUICKLY && spec.stopScopes.wakes === true && isExpectedExit(state.exit, spec)));
  return quietly(hasEnded ? atRest({ ...state, name: 'EXITED', failures: 0 }) : giveUp(state));
};

/** A stop of everything may be in a hurry: what is left has no more time than any other. */
const hurried = (state: ProcessState, { spec, nowMs }: StepContext): ProcessState => {
  if (!state.lingering || state.killed) return state;
  const endMs = nowMs + spec.stopWaitMs;
  return state.killAtMs === null
    ? { ...state, deadlineMs: Math.min(Number(state.deadlineMs), endMs) }
    : { ...state, killAtMs: Math.min(state.killAtMs, endMs) };
};
