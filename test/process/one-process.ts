/** One process in a test: fed with events, asked about its state and the effects of the last event in one line each. */
import assert from 'node:assert/strict';
import { INITIAL_STATE } from '../../src/process/initial-state.ts';
import { step } from '../../src/process/step.ts';
import type { ExitStatus, ProcessEffect, ProcessEvent, ProcessState } from '../../src/process/types.ts';
import { specOf } from '../simulate/specs.ts';

export const RUN = 7;
export const code = (value: number): ExitStatus => ({ code: value, signal: null, coreDumped: false });
export const signal = (value: number, coreDumped = false): ExitStatus => ({ code: -1, signal: value, coreDumped });
export const exited = (status: ExitStatus, atMs: number, groupEnded = true): ProcessEvent => ({ type: 'exited', run: RUN, status, groupEnded, atMs });
export const spawned = (atMs = 5, run = RUN): ProcessEvent => ({ type: 'spawned', run, pid: 42, atMs });
export const dueOf = (run: number): ProcessEvent => ({ type: 'deadlineReached', run });
export const due: ProcessEvent = dueOf(RUN);

/** One process, stepped; `at` is the time of the events that follow. */
export const processOf = (overrides: Parameters<typeof specOf>[1] = {}, from: ProcessState = INITIAL_STATE) => {
  const spec = specOf('web', overrides);
  let state = from;
  let effects: readonly ProcessEffect[] = [];
  let now = 0;
  const self = {
    at: (nowMs: number) => {
      now = nowMs;
      return self;
    },
    on: (...events: readonly ProcessEvent[]) => {
      for (const event of events) ({ state, effects } = step(state, event, { spec, nowMs: now, nextRun: state.run === 0 ? RUN : state.run + 1 }));
      return self;
    },
    expect: (expected: Partial<ProcessState>) => {
      for (const [key, value] of Object.entries(expected)) assert.deepEqual(state[key as keyof ProcessState], value, key);
      return self;
    },
    does: (...expected: readonly string[]) => {
      assert.deepEqual(effects.map(show), expected);
      return self;
    },
    state: () => state,
  };
  return self;
};

const show = (effect: ProcessEffect): string => {
  switch (effect.type) {
    case 'spawn':
      return `spawn ${effect.run}`;
    case 'signal':
      return `signal ${effect.signal} ${effect.scope} of ${effect.run}${effect.wakes === true ? ', woken' : ''}`;
    case 'cancel':
      return `cancel ${effect.run}`;
    case 'release':
      return `release ${effect.run}`;
    case 'notice':
      return `${effect.level}: ${effect.text}`;
  }
};

export const started = (overrides: Parameters<typeof specOf>[1] = {}) => processOf(overrides).on({ type: 'startRequested' }).at(5).on(spawned());
export const running = (overrides: Parameters<typeof specOf>[1] = {}) => started(overrides).at(1005).on(due).expect({ name: 'RUNNING' });
