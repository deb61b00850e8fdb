/** What files mean to a program: one that appears starts it, one that changes has it started again. Pure; who looks at files is told. */
import type { ProcessState } from '../../process/types.ts';
import { isAtRest } from '../stop/rest.ts';

/** What becomes of a process when a file of `watch` has changed. A command's stop holds; a start that was never asked for is none of ours. */
export const onWatched = (state: ProcessState): 'restart' | 'start' | null => {
  if (state.isHeld || state.name === 'STOPPED' || state.name === 'STOPPING') return null;
  return isAtRest(state) ? 'start' : 'restart';
};

/** Is a process to be started for a file that is there when somebody begins to look? Not for what it may have made itself. `changedAtMs`: on the clock
 *  of the states. */
export const isMeantByPresent = (state: ProcessState, changedAtMs: number): boolean =>
  state.run === 0 ? !state.isHeld : state.name === 'EXITED' && !state.lingering && changedAtMs > state.stoppedAtMs;

/** A file came while it ran: is it started once more, now that its state is this? Null: not yet. */
export const isMeantAgain = (state: ProcessState): boolean | null => {
  if (!isAtRest(state)) return null;
  return state.name === 'EXITED';
};
