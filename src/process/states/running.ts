/** RUNNING: survived its start window. */
import { assertNever } from '../../base/assert-never.ts';
import { failAlive } from '../dependency-failure.ts';
import { exitFromRunning } from '../exit.ts';
import { moveTo } from '../follow.ts';
import { becomeReady, missReadiness } from '../readiness.ts';
import { endUnhealthy } from '../health.ts';
import { ignored, isDue, quietly } from '../result.ts';
import { sendSignal } from '../signal.ts';
import { enterStopping } from '../stop.ts';
import type { ProcessEvent, ProcessState, StepContext, StepResult } from '../types.ts';

export const stepRunning = (state: ProcessState, event: ProcessEvent, context: StepContext): StepResult => {
  switch (event.type) {
    case 'startRequested':
      return ignored(state);
    case 'holdRequested':
      return ignored(state);
    case 'dependencyFailed':
      return failAlive(state, event.name, context);
    case 'readinessReported':
      return becomeReady(state, context);
    case 'unhealthy':
      return endUnhealthy(state, event, context);
    case 'stopRequested':
      return enterStopping(state, context);
    case 'signalRequested':
      return sendSignal(state, event.signal, context);
    case 'spawned':
      return ignored(state);
    case 'spawnFailed':
      return ignored(state);
    case 'exited':
      return exitFromRunning(state, event, context);
    case 'followed':
      return moveTo(state, event.pid, context);
    case 'groupEnded':
    case 'treeEnded':
      return ignored(state);
    case 'deadlineReached':
      return isDue(state, context.nowMs) ? missReadiness(state, context) : ignored(state);
    case 'shutdownBegun':
      return quietly({ ...state, wish: 'down' });
    default:
      return assertNever(event);
  }
};
