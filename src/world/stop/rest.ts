/** Does a process still have something before it? Shared by shutdown (is the wave down?) and exit policy (is it over?). */
import { assertNever } from '../../base/assert-never.ts';
import type { ProcessState } from '../../process/types.ts';

/** Nothing of it lives and nothing but a command can change that; what waits for a dependency is not at rest. */
export const isAtRest = (state: ProcessState): boolean => {
  if (state.isHeld || state.lingering) return false;
  switch (state.name) {
    case 'STOPPED':
    case 'FATAL':
    case 'UNKNOWN':
    case 'EXITED':
      return true;
    case 'STARTING':
    case 'RUNNING':
    case 'BACKOFF':
    case 'STOPPING':
      return false;
    default:
      return assertNever(state.name);
  }
};

/** At rest and not because somebody wished so: it has ended for good. */
export const hasEndedForGood = (state: ProcessState): boolean => !state.isHeld && !state.lingering && (state.name === 'FATAL' || state.name === 'EXITED');
