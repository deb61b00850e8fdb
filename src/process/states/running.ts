/** RUNNING: survived its start window. */
import { assertNever } from '../../base/assert-never.ts';
import { exitFromRunning } from '../exit.ts';
import { ignored, quietly } from '../result.ts';
import { sendSignal } from '../signal.ts';
import { enterStopping } from '../stop.ts';
import type { ProcessEvent, ProcessState, StepContext, StepResult } from '../types.ts';

export const stepRunning = (state: ProcessState, event: ProcessEvent, context: StepContext): StepResult => {
  switch (event.type) {
    case 'startRequested':
      return ignored(state);
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
    case 'groupEnded':
      return ignored(state);
    case 'deadlineReached':
      return ignored(state);
    case 'shutdownBegun':
      return quietly({ ...state, wish: 'down' });
    default:
      return assertNever(event);
  }
};
