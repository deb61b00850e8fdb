/**
 * The state machine of one process: what becomes of a state when something happens, and what is to be done about it.
 * Reads no clock and calls nothing; the new state is to be committed before the effects are performed, and their
 * outcomes come back as events. Which process starts or stops when, is not decided here but in src/world.
 */
import { assertNever } from '../base/assert-never.ts';
import { ignored } from './result.ts';
import { stepAtRest } from './states/at-rest.ts';
import { stepBackoff } from './states/backoff.ts';
import { stepRunning } from './states/running.ts';
import { stepStarting } from './states/starting.ts';
import { stepStopping } from './states/stopping.ts';
import type { ProcessEvent, ProcessState, StepContext, StepResult } from './types.ts';

export const step = (state: ProcessState, event: ProcessEvent, context: StepContext): StepResult => {
  if ('run' in event && event.run !== state.run) return ignored(state);
  switch (state.name) {
    case 'STOPPED':
    case 'EXITED':
    case 'FATAL':
    case 'UNKNOWN':
      return stepAtRest(state, event, context);
    case 'STARTING':
      return stepStarting(state, event, context);
    case 'RUNNING':
      return stepRunning(state, event, context);
    case 'BACKOFF':
      return stepBackoff(state, event, context);
    case 'STOPPING':
      return stepStopping(state, event, context);
    default:
      return assertNever(state.name);
  }
};
