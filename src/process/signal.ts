/** A signal that an operator asked for: to the main process alone, whatever stopasgroup says, and without any change of state. */
import type { SignalNumber } from '../config/model/model.ts';
import { ignored, notice } from './result.ts';
import { signalName } from './signal-names.ts';
import type { ProcessState, StepContext, StepResult } from './types.ts';

/** Without a main process (not yet, or not any more) there is nobody to tell. */
export const sendSignal = (state: ProcessState, signal: SignalNumber, { spec }: StepContext): StepResult => {
  if (state.pid === 0) return ignored(state);
  const text = `sending ${spec.name} (pid ${state.pid}) sig ${signalName(signal) ?? signal}`;
  return { state, effects: [notice('debug', text), { type: 'signal', run: state.run, signal, scope: 'process' }] };
};
