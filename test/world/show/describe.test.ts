/** Description strings, as scripts that read a status expect them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INITIAL_STATE } from '../../../src/process/initial-state.ts';
import type { ProcessState } from '../../../src/process/types.ts';
import { describe, formatUptime, wallTimeOf } from '../../../src/world/show/describe.ts';

const show = (state: Partial<ProcessState>, nowMs = 0, wallOffsetMs = 0): string => describe('web', { ...INITIAL_STATE, ...state }, { nowMs, wallOffsetMs });

test('uptime', () => {
  assert.equal(formatUptime(-5), '0:00:00');
  assert.equal(formatUptime(5999), '0:00:05');
  assert.equal(formatUptime(36_610_000), '10:10:10');
  assert.equal(formatUptime(86_405_000), '1 day, 0:00:05');
  assert.equal(formatUptime(2 * 86_400_000 + 11_045_000), '2 days, 3:04:05');
});

test('each state in its words', () => {
  assert.equal(show({ name: 'RUNNING', pid: 42, startedAtMs: 1000 }, 6000), 'pid 42, uptime 0:00:05');
  assert.equal(show({ name: 'FATAL', spawnError: "can't find command 'x'" }), "can't find command 'x'");
  assert.equal(show({ name: 'BACKOFF' }), 'unknown error (try "tail web")');
  assert.equal(show({ name: 'STOPPED' }), 'Not started');
  for (const name of ['STARTING', 'STOPPING', 'UNKNOWN'] as const) assert.equal(show({ name }), '');
  assert.throws(() => show({ name: 'LOST' as 'UNKNOWN' }), /internal error/u);
});

test('the stop time is local', () => {
  const at = (hours: number): string => show({ name: 'EXITED', run: 1, stoppedAtMs: 1000 }, 0, new Date(2026, 10, 3, hours, 7).getTime() - 1000);
  assert.equal(at(3), 'Nov 03 03:07 AM');
  assert.equal(at(0), 'Nov 03 12:07 AM');
  assert.equal(at(12), 'Nov 03 12:07 PM');
  assert.equal(at(15), 'Nov 03 03:07 PM');
});

test('what happened before a pause of everything is further away by its length', () => {
  const moment = { nowMs: 0, wallOffsetMs: 100, frozenSinceMs: (atMs: number) => (atMs < 50 ? 7 : 0) };
  assert.deepEqual(
    [0, 60].map((atMs) => wallTimeOf(atMs, moment)),
    [93, 160],
  );
});
