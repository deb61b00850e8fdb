/**
 * How long a restart waits, and how many there may be. Without restart_delay as supervisord does: at once after RUNNING, and one second
 * more after each failed start in a row.
 */
import type { ProcessState, StepContext } from './types.ts';

const BACK_OFF_STEP_MS = 1000;
/** Golden ratio: successive runs are spread evenly. */
const SPREAD = 0.618_033_988_749_894_9;

/** After so many failed starts in a row. */
export const backOffMs = (failures: number, context: StepContext): number => {
  const { delayMs, mostDelayMs, factor } = context.spec.service.restart;
  if (delayMs === null) return failures * BACK_OFF_STEP_MS;
  return withJitter(Math.min(delayMs * factor ** (failures - 1), Math.max(delayMs, mostDelayMs)), context);
};

/** After a run that had counted as started; null: at once. */
export const restartDelayMs = (context: StepContext): number | null => {
  const { delayMs } = context.spec.service.restart;
  return delayMs === null ? null : withJitter(delayMs, context);
};

/** One restart more: the state that has counted it, or why the budget does not allow it. */
export const spendRestart = (state: ProcessState, { spec, nowMs }: StepContext): ProcessState | string => {
  const { budget } = spec.service.restart;
  if (budget === null) return state;
  const isNewPeriod = state.restarts === 0 || nowMs - state.budgetSinceMs >= budget.periodMs;
  const restarts = isNewPeriod ? 1 : state.restarts + 1;
  if (restarts > budget.count) return `more than ${budget.count} restarts within ${budget.periodMs / 1000} seconds (restart_budget)`;
  return { ...state, restarts, budgetSinceMs: isNewPeriod ? nowMs : state.budgetSinceMs };
};

/** Chance would make a step depend on more than its arguments: the number of the next run spreads as well. */
const withJitter = (delayMs: number, { spec, nextRun }: StepContext): number => delayMs * (1 + spec.service.restart.jitter * ((nextRun * SPREAD) % 1));
