/**
 * STOPPED, EXITED, FATAL, UNKNOWN: nothing lives and nothing is waited for; only a command leads out. One exception:
 * EXITED and lingering has a restart before it, as soon as what is left of the old run is dead.
 */
import { assertNever } from '../../base/assert-never.ts';
import { failAtRest } from '../dependency-failure.ts';
import { ignored, isDue, quietly } from '../result.ts';
import { enterStarting } from '../start.ts';
import type { ProcessEffect, ProcessEvent, ProcessState, StepContext, StepResult } from '../types.ts';

export const stepAtRest = (state: ProcessState, event: ProcessEvent, context: StepContext): StepResult => {
  switch (event.type) {
    case 'startRequested':
      return state.lingering ? ignored(state) : enterStarting({ ...state, restarts: 0 }, context);
    case 'holdRequested':
      return state.lingering || state.isHeld ? ignored(state) : quietly({ ...state, wish: 'up', isHeld: true });
    case 'dependencyFailed':
      return failAtRest(state, event.name, context);
    case 'unhealthy':
      return ignored(state);
    case 'readinessReported':
      return ignored(state);
    case 'stopRequested':
      return cancelRestart(state);
    case 'signalRequested':
      return ignored(state);
    case 'spawned':
      return ignored(state);
    case 'spawnFailed':
      return ignored(state);
    case 'exited':
      return ignored(state);
    case 'groupEnded':
      return state.lingering ? enterStarting(state, context, [releaseOf(state)]) : ignored(state);
    case 'deadlineReached':
      return isDue(state, context.nowMs) ? enterStarting(state, context, [releaseOf(state)]) : ignored(state);
    case 'shutdownBegun':
      return cancelRestart(state);
    default:
      return assertNever(event);
  }
};

const releaseOf = (state: ProcessState): ProcessEffect => ({ type: 'release', run: state.run });

const cancelRestart = (state: ProcessState): StepResult => {
  const down: ProcessState = { ...state, wish: 'down', deadlineMs: null, lingering: false, isHeld: false };
  return state.lingering ? { state: down, effects: [releaseOf(state)] } : quietly(down);
};
