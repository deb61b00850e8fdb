/** What is told of a step to those who watch. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { INITIAL_STATE } from '../../src/process/initial-state.ts';
import { stateChanges } from '../../src/process/state-changes.ts';
import { step } from '../../src/process/step.ts';
import type { ProcessEvent, ProcessState } from '../../src/process/types.ts';
import { specOf } from '../simulate/specs.ts';
import { code, due, exited, running, spawned, started } from './one-process.ts';

/** The changes of one step, as `FROM -> TO pid`. */
const told = (state: ProcessState, event: ProcessEvent, nowMs = 5000, overrides: Parameters<typeof specOf>[1] = {}) => {
  const result = step(state, event, { spec: specOf('web', overrides), nowMs, nextRun: state.run + 1 });
  return stateChanges(state, result).map(({ from, to }) => `${from.name} -> ${to.name} ${to.lastPid}`);
};

describe('one step', () => {
  test('one change, or none', () => {
    assert.deepEqual(told(INITIAL_STATE, { type: 'startRequested' }), ['STOPPED -> STARTING 0']);
    assert.deepEqual(told(started().state(), due), ['STARTING -> RUNNING 42']);
    assert.deepEqual(told(running().state(), { type: 'stopRequested' }), ['RUNNING -> STOPPING 42']);
    assert.deepEqual(told(started().state(), due, 500), []);
    assert.deepEqual(told(running().state(), { type: 'shutdownBegun' }), []);
  });
  test('a run that nobody saw running has been RUNNING', () => {
    assert.deepEqual(told(started().state(), exited(code(0), 2000)), ['STARTING -> RUNNING 42', 'RUNNING -> EXITED 42']);
    const expected = ['STARTING -> RUNNING 42', 'RUNNING -> EXITED 42', 'EXITED -> STARTING 0'];
    assert.deepEqual(told(started().state(), exited(code(1), 2000)), expected);
  });
  test('a restart goes through the end', () => {
    assert.deepEqual(told(running().state(), exited(code(1), 2000)), ['RUNNING -> EXITED 42', 'EXITED -> STARTING 0']);
    const stopping = running().on({ type: 'stopRequested' }, { type: 'startRequested' }).state();
    assert.deepEqual(told(stopping, exited(code(0), 2000)), ['STOPPING -> STOPPED 42', 'STOPPED -> STARTING 0']);
  });
  test('the last failure is one of them', () => {
    const result = step(started().state(), exited(code(0), 6), { spec: specOf('web', { startRetries: 0 }), nowMs: 6, nextRun: 9 });
    const changes = stateChanges(started().state(), result);
    assert.deepEqual(
      changes.map(({ to }) => [to.name, to.failures, to.lastPid]),
      [
        ['BACKOFF', 1, 0],
        ['FATAL', 0, 0],
      ],
    );
    const leaving = started().on({ type: 'shutdownBegun' }).state();
    assert.deepEqual(told(leaving, exited(code(0), 6)), ['STARTING -> BACKOFF 0', 'BACKOFF -> FATAL 0']);
  });
  test('who it was is known also when the process group outlives it', () => {
    const lingering = running()
      .on({ type: 'stopRequested' }, exited(code(0), 2000, false))
      .state();
    assert.equal(lingering.pid, 0);
    assert.deepEqual(told(lingering, { type: 'groupEnded', run: 7 }), ['STOPPING -> STOPPED 42']);
    const unanswered = step(INITIAL_STATE, { type: 'startRequested' }, { spec: specOf('web'), nowMs: 0, nextRun: 7 }).state;
    const stopping = step(unanswered, { type: 'stopRequested' }, { spec: specOf('web'), nowMs: 0, nextRun: 8 }).state;
    const newborn = step(stopping, spawned(), { spec: specOf('web'), nowMs: 6, nextRun: 8 }).state;
    assert.deepEqual(told(newborn, exited(code(0), 7)), ['STOPPING -> STOPPED 42']);
  });
});
