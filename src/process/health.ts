/** A program that lives and does not work, or uses more than it may: stopped, and started again, given up or left so. */
import { notice } from './result.ts';
import { enterStopping } from './stop.ts';
import type { ProcessEvent, ProcessState, StepContext, StepResult } from './types.ts';

type Unhealthy = Extract<ProcessEvent, { type: 'unhealthy' }>;

/** How the reason begins when a program uses more than it may. */
export const OVER_LIMIT = 'over ';

/** STARTING or RUNNING. Under a shutdown it just stops. */
export const endUnhealthy = (state: ProcessState, event: Unhealthy, context: StepContext): StepResult => {
  const stopping = enterStopping(state, context);
  const wish = event.outcome === 'retry' ? state.wish : 'down';
  const afterStop = event.outcome === 'stop' ? 'nothing' : event.outcome;
  const text = `unhealthy: ${context.spec.name} (${event.reason})`;
  return { state: { ...stopping.state, wish, afterStop, spawnError: event.reason }, effects: [notice('warn', text), ...stopping.effects] };
};
