/** Takeover: each way in which the black box and init can differ, and what becomes of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INITIAL_STATE } from '../../src/process/initial-state.ts';
import type { ExitStatus, ProcessState } from '../../src/process/types.ts';
import { makePlan } from '../../src/world/plan.ts';
import { restoreWorld, type RememberedRun } from '../../src/world/restore.ts';
import { FIRST_TASK_RUN } from '../../src/world/task-runs.ts';
import { createWorld, stepWorld } from '../../src/world/world.ts';
import { modelOf, specOf } from '../simulate/specs.ts';

const plan = makePlan(modelOf([specOf('web')]), { stopGroupsOneByOne: false });
const { states: _, ...HEADER } = createWorld(plan);
const OK: ExitStatus = { code: 0, signal: null, coreDumped: false };
const RUNNING: ProcessState = { ...INITIAL_STATE, name: 'RUNNING', wish: 'up', run: 4, pid: 42 };
const ALIVE: RememberedRun = { run: 4, pid: 42, running: true, groupEnded: false, status: OK, startedAtMs: 10, exitedAtMs: 0 };
const DEAD: RememberedRun = { ...ALIVE, running: false, groupEnded: true, exitedAtMs: 99 };

/** `lastRun`: what init says that it has heard. */
const restore = (state: ProcessState | null, known: readonly RememberedRun[], lastRun = 4) => {
  const { world, events, effects } = restoreWorld(plan, { ...HEADER, nextRun: 5 }, [state], known, lastRun);
  assert.deepEqual(events.at(-1), { type: 'resumed' });
  const missed = events.slice(0, -1).map((event) => (event.type === 'process' ? event.event : event));
  return { world, missed, effects, state: world.states[0] };
};

test('what runs on is left alone', () => {
  assert.deepEqual(restore(RUNNING, [ALIVE]), { world: { ...HEADER, nextRun: 5, states: [RUNNING] }, missed: [], effects: [], state: RUNNING });
});

test('what ended meanwhile is told', () => {
  assert.deepEqual(restore(RUNNING, [DEAD]).missed, [{ type: 'exited', run: 4, status: OK, groupEnded: true, atMs: 99 }]);
});

test('init follows another process than the predecessor knew', () => {
  assert.deepEqual(restore(RUNNING, [{ ...ALIVE, pid: 43 }]).missed, [{ type: 'followed', run: 4, pid: 43 }]);
});

test('an answer to the spawn that was lost is told again', () => {
  const starting: ProcessState = { ...RUNNING, name: 'STARTING', pid: 0 };
  assert.deepEqual(restore(starting, [ALIVE]).missed, [{ type: 'spawned', run: 4, pid: 42, atMs: 10 }]);
  assert.deepEqual(
    restore(starting, [DEAD]).missed.map(({ type }) => type),
    ['spawned', 'exited'],
  );
});

test('a spawn that init never had is asked for again under a new number, unless a stop was asked for', () => {
  const starting: ProcessState = { ...RUNNING, name: 'STARTING', pid: 0, failures: 2 };
  const again = restore(starting, []);
  assert.deepEqual(again.missed, [{ type: 'startRequested' }]);
  const [event] = again.missed;
  assert.ok(event?.type === 'startRequested');
  const { world, effects } = stepWorld(plan, again.world, { type: 'process', index: 0, event }, 50);
  assert.deepEqual(effects, [{ type: 'spawn', run: 5, index: 0 }]);
  assert.equal(world.states[0]?.failures, 2);
  assert.deepEqual(restore({ ...starting, name: 'STOPPING', wish: 'down' }, []).missed, []);
});

test('a run that init has forgotten counts as failed', () => {
  const status: ExitStatus = { code: 1, signal: null, coreDumped: false };
  assert.deepEqual(restore(RUNNING, []).missed, [{ type: 'exited', run: 4, status, groupEnded: true, atMs: RUNNING.startedAtMs }]);
});

test('an end is told to whoever waits for it, and to nobody else', () => {
  for (const name of ['STARTING', 'RUNNING', 'STOPPING'] as const) {
    const { missed, effects } = restore({ ...RUNNING, name }, [DEAD]);
    assert.deepEqual([missed.map(({ type }) => type), effects], [['exited'], []], name);
  }
  for (const name of ['STOPPED', 'BACKOFF', 'EXITED', 'FATAL', 'UNKNOWN'] as const) {
    const { missed, effects } = restore({ ...RUNNING, name, pid: 0 }, [DEAD]);
    assert.deepEqual([missed, effects], [[], [{ type: 'release', run: 4 }]], name);
  }
});

test('a process group that ended meanwhile is told', () => {
  const lingering: ProcessState = { ...RUNNING, name: 'STOPPING', pid: 0, lingering: true };
  assert.deepEqual(restore(lingering, [DEAD]).missed, [{ type: 'groupEnded', run: 4 }]);
  assert.deepEqual(restore(lingering, [{ ...DEAD, groupEnded: false }]).missed, []);
  assert.deepEqual(restore(lingering, []).missed, [{ type: 'treeEnded', run: 4 }]);
});

test('what a run has left behind is still known, or its end is told', () => {
  const left = (pid: number) => ({ pid, name: '', isStray: true });
  const stray: RememberedRun = { ...DEAD, hasStrays: true };
  const lingering: ProcessState = { ...RUNNING, name: 'STOPPING', pid: 0, lingering: true };
  assert.deepEqual(restore(lingering, [stray]).missed, [{ type: 'groupEnded', run: 4, left: left(0) }]);
  assert.deepEqual(restore(RUNNING, [stray]).missed, [{ type: 'exited', run: 4, status: OK, groupEnded: true, left: left(0), atMs: 99 }]);
  const background: ProcessState = { ...RUNNING, name: 'EXITED', pid: 0, leftPid: 77 };
  assert.deepEqual(restore(background, [stray]), { ...restore(background, [stray]), missed: [], effects: [], state: background });
  assert.deepEqual(restore(background, [{ ...DEAD, groupEnded: false }]).missed, []);
  for (const known of [[], [DEAD]]) assert.deepEqual(restore(background, known).missed, [{ type: 'treeEnded', run: 4 }]);
});

test('runs that belong to nobody are released, the living ones killed, and their numbers never used again', () => {
  const { world, missed, effects } = restore(null, [ALIVE, { ...DEAD, run: 9 }], 9);
  assert.deepEqual(missed, []);
  assert.equal(world.nextRun, 10);
  assert.deepEqual(world.states, [INITIAL_STATE]);
  assert.deepEqual(effects, [
    { type: 'signal', run: 4, signal: 9, scope: 'group' },
    { type: 'release', run: 4 },
    { type: 'release', run: 9 },
  ]);
});

test('a number that init has heard once is never used again, though nothing is left of its run', () => {
  assert.equal(restore(RUNNING, [ALIVE], 3).world.nextRun, 5);
  assert.equal(restore(RUNNING, [ALIVE], 17).world.nextRun, 18);
});

test('a health check that was under way is ended, and its number, which is none of a process, not gone on from', () => {
  const check = { ...ALIVE, run: FIRST_TASK_RUN };
  const { world, effects } = restore(RUNNING, [ALIVE, check]);
  assert.equal(world.nextRun, 5);
  assert.deepEqual(effects, [{ type: 'abandon', run: FIRST_TASK_RUN, pid: ALIVE.pid, isRunning: true }]);
  const left = { ...DEAD, run: FIRST_TASK_RUN, groupEnded: false };
  assert.deepEqual(restore(RUNNING, [ALIVE, left]).effects, [{ type: 'abandon', run: FIRST_TASK_RUN, pid: DEAD.pid, isRunning: false }]);
  assert.deepEqual(restore(RUNNING, [ALIVE, { ...left, groupEnded: true }]).effects, [{ type: 'release', run: FIRST_TASK_RUN }]);
});

test('what is on its way to its program is waited for; a stop of it is asked for once more', () => {
  const starting: ProcessState = { ...RUNNING, name: 'STARTING', pid: 0 };
  const launching: RememberedRun = { ...ALIVE, isLaunching: true };
  const { missed, effects, state } = restore(starting, [launching]);
  assert.deepEqual([missed, effects, state], [[], [], starting]);
  assert.deepEqual(restore({ ...starting, name: 'STOPPING' }, [launching]).effects, [{ type: 'cancel', run: 4 }]);
  assert.deepEqual(restore({ ...starting, name: 'STOPPING' }, [ALIVE]).effects, []);
});
