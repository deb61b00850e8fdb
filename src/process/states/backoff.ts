/** BACKOFF: a start has failed, the next one waits for its deadline. Nothing of this process lives. */
import { assertNever } from '../../base/assert-never.ts';
import { failAtRest } from '../dependency-failure.ts';
import { giveUp } from '../failure.ts';
import { ignored, isDue, quietly } from '../result.ts';
import { enterStarting } from '../start.ts';
import type { ProcessEvent, ProcessState, StepContext, StepResult } from '../types.ts';

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
      return quietly({ ...state, name: 'STOPPED', wish: 'down', deadlineMs: null, exit: null });
    case 'signalRequested':
      return ignored(state);
    case 'spawned':
      return ignored(state);
    case 'spawnFailed':
      return ignored(state);
    case 'exited':
      return ignored(state);
    case 'groupEnded':
    case 'treeEnded':
      return ignored(state);
    case 'deadlineReached':
      return isDue(state, context.nowMs) ? enterStarting(state, context) : ignored(state);
    case 'shutdownBegun':
      return quietly(giveUp({ ...state, wish: 'down' }));
    default:
      return assertNever(event);
  }
};
