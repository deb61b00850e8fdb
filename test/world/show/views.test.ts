/** What operators see of processes and groups: supervisord's words, numbers and units. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INITIAL_STATE } from '../../../src/process/initial-state.ts';
import type { ProcessState } from '../../../src/process/types.ts';
import { makePlan } from '../../../src/world/plan.ts';
import { NO_REPORT } from '../../../src/world/show/report.ts';
import { groupViews, processViews, transitionOf } from '../../../src/world/show/views.ts';
import { createWorld } from '../../../src/world/world.ts';
import { modelOf, specOf } from '../../simulate/specs.ts';

const moment = { nowMs: 60_000, wallOffsetMs: 1_000_000 };
const code = (value: number) => ({ code: value, signal: null, coreDumped: false });

const viewOf = (state: Partial<ProcessState>) => {
  const plan = makePlan(modelOf([specOf('web_1', { group: 'web' })]), { stopGroupsOneByOne: false });
  const [view] = processViews(plan, { ...createWorld(plan), states: [{ ...INITIAL_STATE, ...state }] }, moment);
  return view;
};

test('a process that has never run', () => {
  assert.deepEqual(viewOf({}), {
    index: 0,
    group: 'web',
    name: 'web_1',
    fullName: 'web:web_1',
    state: 'STOPPED',
    stateCode: 0,
    isReady: false,
    isHeld: false,
    pid: 0,
    run: 0,
    startedAtSeconds: 0,
    stoppedAtSeconds: 0,
    spawnError: '',
    exitStatus: 0,
    description: 'Not started',
    report: NO_REPORT,
    canReload: false,
  });
});

test('times are whole seconds since the epoch; the exit status is that of the latest run', () => {
  const exited = viewOf({ name: 'EXITED', run: 2, startedAtMs: 1_999, stoppedAtMs: 5_000, exit: code(3), spawnError: 'exit status 3' });
  assert.partialDeepStrictEqual(exited, { stateCode: 100, startedAtSeconds: 1001, stoppedAtSeconds: 1005, exitStatus: 3, spawnError: 'exit status 3' });
  assert.equal(viewOf({ name: 'STOPPED', run: 1, exit: { code: -1, signal: 15, coreDumped: false } })?.exitStatus, -1);
  const running = viewOf({ name: 'RUNNING', run: 2, pid: 42, startedAtMs: 55_000 });
  assert.partialDeepStrictEqual(running, { stateCode: 20, pid: 42, exitStatus: 0, description: 'pid 42, uptime 0:00:05' });
});

test('what lives on in the background is in the description, but for clients of supervisord', () => {
  const left = { name: 'EXITED', run: 2, stoppedAtMs: 5_000, leftPid: 77 } as const;
  assert.match(viewOf(left)?.description ?? '', /M, process 77 is left behind$/u);
  const plan = makePlan(modelOf([specOf('web')]), { stopGroupsOneByOne: false, signalsLikeSupervisord: true });
  assert.match(processViews(plan, { ...createWorld(plan), states: [{ ...INITIAL_STATE, ...left }] }, moment)[0]?.description ?? '', /M$/u);
});

test('a failed start leaves no exit status, as under supervisord', () => {
  for (const name of ['BACKOFF', 'FATAL'] as const) assert.equal(viewOf({ name, run: 1, exit: code(127) })?.exitStatus, 0);
});

test('a process that the world does not know yet is not shown', () => {
  const plan = makePlan(modelOf([specOf('web')]), { stopGroupsOneByOne: false });
  assert.deepEqual(processViews(plan, { ...createWorld(plan), states: [] }, moment), []);
});

test('groups in start order, their processes by priority', () => {
  const specs = [
    specOf('late', { priority: 9 }),
    specOf('b', { group: 'early', priority: 2 }),
    specOf('a', { group: 'early', priority: 1 }),
    specOf('c', { group: 'early', priority: 2 }),
  ];
  const plan = makePlan(modelOf(specs), { stopGroupsOneByOne: false });
  assert.deepEqual(groupViews(plan), [
    { name: 'early', priority: 2, indices: [1, 0, 2] },
    { name: 'late', priority: 9, indices: [3] },
  ]);
});

test('a change of state as a transition', () => {
  const spec = specOf('a', { group: 'g', exitCodes: [0, 2] });
  const from: ProcessState = { ...INITIAL_STATE, name: 'RUNNING', run: 4, pid: 42, lastPid: 42 };
  const to: ProcessState = { ...from, name: 'EXITED', pid: 0, exit: code(2), failures: 0 };
  assert.deepEqual(transitionOf({ type: 'state', index: 7, spec, from, to }), {
    index: 7,
    group: 'g',
    name: 'a',
    fullName: 'g:a',
    run: 4,
    from: 'RUNNING',
    to: 'EXITED',
    pid: 42,
    tries: 0,
    isExpected: true,
    spawnError: '',
    isReady: false,
    isHeld: false,
  });
  assert.equal(transitionOf({ type: 'state', index: 7, spec, from, to: { ...to, exit: code(1) } }).isExpected, false);
  assert.equal(transitionOf({ type: 'state', index: 7, spec, from, to: { ...to, exit: null } }).isExpected, false);
});
