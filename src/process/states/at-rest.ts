/**
 * STOPPED, EXITED, FATAL, UNKNOWN: the main process has ended and nothing is waited for; only a command leads out. One
 * exception: what is lingering has a restart before it, or its rest, as soon as what is left of the old run is dead.
 */
import { assertNever } from '../../base/assert-never.ts';
import { failAtRest } from '../dependency-failure.ts';
import { endLeft, forceLeft, groupIsGone, hasLeft, leftIsGone } from '../left.ts';
import { isPaced, withoutPace } from '../pace.ts';
import { ignored, isDue, quietly } from '../result.ts';
import { enterStarting } from '../start.ts';
import type { ProcessEvent, ProcessState, StepContext, StepResult } from '../types.ts';

export const stepAtRest = (state: ProcessState, event: ProcessEvent, context: StepContext): StepResult => {
  switch (event.type) {
    case 'startRequested':
      if (state.lingering) return quietly({ ...state, name: state.name === 'FATAL' ? 'STOPPED' : state.name, wish: 'up' });
      return hasLeft(state, context) ? endLeft({ ...state, restarts: 0 }, 'up', context) : enterStarting({ ...state, restarts: 0 }, context);
    case 'holdRequested':
      return state.lingering || state.isHeld ? ignored(state) : quietly({ ...state, wish: 'up', isHeld: true });
    case 'dependencyFailed':
      return failAtRest(state, event.name, context);
    case 'unhealthy':
      return ignored(state);
    case 'readinessReported':
      return ignored(state);
    case 'stopRequested':
      // Without a wish there is none to end: it was stopped before, or everything is, and what is left then is swept.
      return hasLeft(state, context) && !state.lingering && state.wish === 'up' ? endLeft(state, 'down', context) : cancelRestart(state);
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
      return groupIsGone(state, event, context);
    case 'treeEnded':
      return leftIsGone(state, context);
    case 'deadlineReached':
      return isDue(state, context.nowMs) ? forceLeft(state, context) : ignored(state);
    case 'shutdownBegun':
      return cancelRestart(state.lingering && !state.killed ? { ...state, deadlineMs: hurriedMs(state, context) } : state);
    default:
      return assertNever(event);
  }
};

/** What is told to end goes on with that, without a start behind it; what only waits for its next start waits no longer. */
const cancelRestart = (state: ProcessState): StepResult => {
  if (isPaced(state)) return { state: { ...withoutPace(state), wish: 'down' }, effects: [{ type: 'release', run: state.run }] };
  return quietly(state.lingering ? { ...state, wish: 'down' } : { ...state, wish: 'down', deadlineMs: null, isHeld: false });
};

/** A stop of everything may be in a hurry. */
const hurriedMs = ({ deadlineMs }: ProcessState, { spec, nowMs }: StepContext): number => Math.min(Number(deadlineMs), nowMs + spec.stopWaitMs);
