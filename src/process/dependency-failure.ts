/** What a program depends on has failed for good, and on_dependency_failure=fatal: it is given up too, once it is down. */
import { giveUp } from './failure.ts';
import { notice } from './result.ts';
import { enterStopping } from './stop.ts';
import type { ProcessEffect, ProcessState, StepContext, StepResult } from './types.ts';

/** Nothing of it lives. */
export const failAtRest = (state: ProcessState, name: string, context: StepContext): StepResult => ({
  state: giveUp({ ...state, isHeld: false, spawnError: reason(name), exit: null, stoppedAtMs: context.nowMs }),
  effects: [tell(name, context)],
});

/** STARTING or RUNNING: FATAL follows when it has stopped. */
export const failAlive = (state: ProcessState, name: string, context: StepContext): StepResult => {
  const stopping = enterStopping(state, context);
  return { state: { ...stopping.state, afterStop: 'fatal', spawnError: reason(name) }, effects: [tell(name, context), ...stopping.effects] };
};

/** Part of what such a program's spawn error says. */
export const DEPENDENCY_FAILED = 'which it depends on';

const reason = (name: string): string => `${name}, ${DEPENDENCY_FAILED}, has failed`;

const tell = (name: string, { spec }: StepContext): ProcessEffect => notice('error', `gave up: ${spec.name}, for ${reason(name)}`);
