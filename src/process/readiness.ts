/**
 * When a run counts as ready, for those that wait for it. supervisord knows the start window alone, and that is the default; whatever else
 * is told from outside comes as an event. A run that is not ready in time has failed like one that ended within its window.
 */
import { ignored, notice } from './result.ts';
import { enterStopping } from './stop.ts';
import type { ProcessState, StepContext, StepResult } from './types.ts';

/** RUNNING from now on: ready by that alone, or waiting for more until a deadline. */
export const survivedWindow = (state: ProcessState, { spec }: StepContext): ProcessState => {
  const { readyOn, readyTimeoutMs } = spec.service;
  const isReady = state.isReady || readyOn.kind === 'started';
  const waitsForMore = !isReady && readyTimeoutMs > 0;
  // Of what runs to its end nothing more is to come, unless it has a time for that.
  const failures = isReady || (readyOn.kind === 'exit' && !waitsForMore) ? 0 : state.failures;
  return { ...state, name: 'RUNNING', isReady, failures, deadlineMs: waitsForMore ? state.startedAtMs + readyTimeoutMs : null };
};

/** Told from outside, in STARTING or RUNNING. */
export const becomeReady = (state: ProcessState, { spec }: StepContext): StepResult => {
  if (state.isReady) return ignored(state);
  const ready: ProcessState = state.name === 'RUNNING' ? { ...state, isReady: true, failures: 0, deadlineMs: null } : { ...state, isReady: true };
  return { state: ready, effects: [notice('info', `ready: ${spec.name}`)] };
};

/** What the spawn error begins with of what should have run to its end. */
export const NOT_DONE = 'not done within';

/** The deadline of RUNNING. */
export const missReadiness = (state: ProcessState, context: StepContext): StepResult => {
  const { name, service } = context.spec;
  const seconds = service.readyTimeoutMs / 1000;
  const isJob = service.readyOn.kind === 'exit';
  const text = `${isJob ? 'not done' : 'not ready'}: ${name} has not ${isJob ? 'ended' : 'become ready'} within ${seconds} seconds (ready_timeout)`;
  if (service.readyTimeoutAction === 'ignore') return { state: { ...state, isReady: true, failures: 0, deadlineMs: null }, effects: [notice('warn', text)] };
  const stopping = enterStopping(state, context);
  const failed: ProcessState = {
    ...stopping.state,
    wish: state.wish,
    afterStop: 'retry',
    spawnError: `${isJob ? NOT_DONE : 'not ready within'} ${seconds} seconds`,
  };
  return { state: failed, effects: [notice('warn', text), ...stopping.effects] };
};
