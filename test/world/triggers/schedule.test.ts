/** What a schedule's time means, given what its process does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScheduleSettings } from '../../../src/config/model/service-model.ts';
import { INITIAL_STATE } from '../../../src/process/initial-state.ts';
import type { ProcessState } from '../../../src/process/types.ts';
import { decideExit } from '../../../src/world/ending/exit-policy.ts';
import { makePlan } from '../../../src/world/plan.ts';
import { decideRun, hasBegunSince, hasSchedules, jitterOf } from '../../../src/world/triggers/schedule.ts';
import { PLAIN_SERVICE, modelOf, specOf } from '../../simulate/specs.ts';

const SETTINGS: ScheduleSettings = { pattern: '@daily', timeZone: null, overlap: 'skip', jitterMs: 0, deadlineMs: 60_000 };
const RUNNING: ProcessState = { ...INITIAL_STATE, name: 'RUNNING' };
const decide = (state: ProcessState, settings: Partial<ScheduleSettings> = {}, lateMs = 0, isQueued = false) =>
  decideRun({ ...SETTINGS, ...settings }, state, lateMs, isQueued);

test('at rest it is started, in time', () => {
  assert.deepEqual(decide(INITIAL_STATE), { kind: 'start' });
  assert.deepEqual(decide(INITIAL_STATE, {}, 60_000), { kind: 'start' });
  assert.deepEqual(decide(INITIAL_STATE, {}, 61_000), { kind: 'skip', reason: 'missed: 61 seconds late (schedule_deadline)' });
  assert.deepEqual(decide(INITIAL_STATE, { jitterMs: 5000 }, 61_000), { kind: 'start' });
});

test('while it runs, as the configuration says', () => {
  assert.deepEqual(decide(RUNNING), { kind: 'skip', reason: 'skipped: the run before has not ended' });
  assert.deepEqual(decide(RUNNING, { overlap: 'queue' }), { kind: 'queue', reason: 'queued: the run before has not ended' });
  assert.deepEqual(decide(RUNNING, { overlap: 'queue' }, 0, true), { kind: 'skip', reason: 'skipped: one run waits already' });
  assert.deepEqual(decide(RUNNING, { overlap: 'replace' }), { kind: 'restart', reason: 'replacing the run before, which has not ended' });
});

test('jitter stays within its bound, and differs between programs', () => {
  const all = [0, 1, 2, 3].map((index) => jitterOf({ ...SETTINGS, jitterMs: 10_000 }, index, 1_800_000_000_000));
  assert.ok(all.every((each) => each >= 0 && each < 10_000));
  assert.equal(new Set(all).size, 4);
  assert.equal(jitterOf(SETTINGS, 3, 5), 0);
});

test('what has a schedule is never over', () => {
  const spec = specOf('job', { autostart: false, service: { ...PLAIN_SERVICE, schedule: SETTINGS } });
  const plan = makePlan(modelOf([spec]), { stopGroupsOneByOne: false });
  assert.equal(hasSchedules(plan), true);
  assert.equal(decideExit(plan, [INITIAL_STATE]), null);
  assert.equal(hasSchedules(makePlan(modelOf([specOf('web')]), { stopGroupsOneByOne: false })), false);
});

test('a run that has begun at the time or since', () => {
  assert.equal(hasBegunSince({ run: 0 }, 5000, 5000), false);
  assert.deepEqual(
    [4900, 4960, 5000, 9000].map((startedMs) => hasBegunSince({ run: 1 }, startedMs, 5000)),
    [false, true, true, true],
  );
});
