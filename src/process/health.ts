/** A program that lives and does not work: stopped, and started again or given up. */
import { notice } from './result.ts';
import { enterStopping } from './stop.ts';
import type { ProcessEvent, ProcessState, StepContext, StepResult } from './types.ts';

type Unhealthy = Extract<ProcessEvent, { type: 'unhealthy' }>;

/** STARTING or RUNNING. Under a shutdown it just stops. */
export const endUnhealthy = (state: ProcessState, event: Unhealthy, context: StepContext): StepResult => {
  const stopping = enterStopping(state, context);
  const wish = event.outcome === 'retry' ? state.wish : 'down';
  const text = `unhealthy: ${context.spec.name} (${event.reason})`;
  return { state: { ...stopping.state, wish, afterStop: event.outcome, spawnError: event.reason }, effects: [notice('warn', text), ...stopping.effects] };
};
