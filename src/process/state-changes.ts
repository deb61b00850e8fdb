/** What a step is to those who watch: each change of the state's name by itself, also those that nobody had time to see. */
import type { ProcessState, StateChange, StepResult } from './types.ts';

/** In order. A change within a state (a deadline, a wish) is none. */
export const stateChanges = (before: ProcessState, { state, passed = NONE }: StepResult): readonly StateChange[] => {
  const changes: StateChange[] = [];
  let from = before;
  for (const to of [...passed, state]) {
    if (to.name !== from.name || to.run !== from.run) changes.push({ from, to });
    from = to;
  }
  return changes;
};

const NONE: readonly ProcessState[] = [];
