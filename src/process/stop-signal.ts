/** The effect that sends a program's stop signal. Decides nothing about when. */
import type { EffectScope, ProcessEffect, StepContext } from './types.ts';

/** The program's stop signal, to that much of its run. */
export const stopSignalTo = (run: number, scope: EffectScope, { spec }: StepContext): Extract<ProcessEffect, { type: 'signal' }> => ({
  type: 'signal',
  run,
  signal: spec.stopSignal,
  scope,
  ...(spec.stopScopes.wakes && { wakes: true }),
});
