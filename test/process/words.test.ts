/** Sentences about one process: tsinit's own in the other tests, supervisord's to the letter here. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INITIAL_STATE } from '../../src/process/initial-state.ts';
import { step } from '../../src/process/step.ts';
import type { ProcessEvent, ProcessState } from '../../src/process/types.ts';
import { specOf } from '../simulate/specs.ts';
import { code, due, exited, processOf, RUN, signal, spawned } from './one-process.ts';

const sayings = (overrides: Parameters<typeof specOf>[1], ...events: readonly ProcessEvent[]): readonly string[] => {
  let state: ProcessState = INITIAL_STATE;
  return events.flatMap((event) => {
    const nowMs = 'atMs' in event ? event.atMs : 1_005;
    const result = step(state, event, { spec: specOf('web', overrides), nowMs, nextRun: RUN, speaksLikeSupervisord: true });
    state = result.state;
    return [...result.effects.flatMap((effect) => (effect.type === 'notice' ? [effect.text] : [])), ...(state.spawnError === '' ? [] : [state.spawnError])];
  });
};
const start: ProcessEvent = { type: 'startRequested' };

test('supervisord: running, ended by a signal', () => {
  assert.deepEqual(sayings({ autorestart: 'never' }, start, spawned(), due, exited(signal(9), 2_000)), [
    "spawned: 'web' with pid 42",
    'success: web entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)',
    'exited: web (terminated by SIGKILL; not expected)',
    'Bad exit code -1',
  ]);
});

test('supervisord: not started', () => {
  const said = sayings({}, start, { type: 'spawnFailed', run: RUN, reason: "can't find command 'x'", exitCode: 127, isNameless: true });
  assert.equal(said[0], "spawnerr: can't find command 'x'");
});

test('supervisord: given up', () => {
  const said = sayings({ startRetries: 0 }, start, spawned(), exited(code(3), 6));
  assert.ok(said.includes('gave up: web entered FATAL state, too many start retries too quickly'), said.join());
});

test('tsinit: given up after one try', () => {
  const process = processOf({ startRetries: 0 }).on(start, spawned(), exited(code(3), 6));
  process
    .expect({ name: 'FATAL' })
    .does(
      'warn: exited: web (exit status 3; not expected)',
      `release ${RUN}`,
      'error: gave up: web, after 1 try (startretries=0); a start command tries again',
    );
});
