/** When everything ends, and with which code: the table of docs/decisions/0002-exit-codes.md, row by row. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ExitPolicy, ProcessSpec } from '../../../src/config/model/model.ts';
import { INITIAL_STATE } from '../../../src/process/initial-state.ts';
import type { ExitStatus, ProcessState, StateName } from '../../../src/process/types.ts';
import { decideExit, finalExitCode } from '../../../src/world/ending/exit-policy.ts';
import { makePlan } from '../../../src/world/plan.ts';
import { modelOf, specOf } from '../../simulate/specs.ts';

type Row = {
  readonly name: StateName;
  readonly exit?: ExitStatus | null;
  readonly atMs?: number;
  readonly lingering?: boolean;
  readonly spec?: Partial<ProcessSpec>;
};

const code = (value: number): ExitStatus => ({ code: value, signal: null, coreDumped: false });
const signal = (value: number): ExitStatus => ({ code: -1, signal: value, coreDumped: false });
const RUNNING: Row = { name: 'RUNNING' };

const setUp = (policy: ExitPolicy, rows: readonly Row[], hasControl: boolean) => {
  const plan = makePlan(
    modelOf(
      rows.map(({ spec }, index) => specOf(`p${index}`, spec)),
      policy,
      hasControl,
    ),
    { stopGroupsOneByOne: false },
  );
  const states = rows.map(
    ({ name, exit = null, atMs = 100, lingering = false }): ProcessState => ({ ...INITIAL_STATE, run: 1, name, exit, stoppedAtMs: atMs, lingering }),
  );
  return { plan, states };
};

const decide = (policy: ExitPolicy, rows: readonly Row[], hasControl = false) => {
  const { plan, states } = setUp(policy, rows, hasControl);
  const verdict = decideExit(plan, states);
  return verdict === null ? null : { index: verdict.index, code: verdict.code };
};

const requested = (policy: ExitPolicy, rows: readonly Row[], atMs = 1000): number => {
  const { plan, states } = setUp(policy, rows, false);
  return finalExitCode(plan, states, { cause: 'requested', atMs, by: null });
};

describe('the policy decides', () => {
  const done: Row = { name: 'EXITED', exit: code(0) };
  const failed: Row = { name: 'EXITED', exit: code(3) };
  test('never: nothing', () => assert.equal(decide('never', [failed]), null));
  test('any: a oneshot that has completed does not count while others run', () => {
    const service = { ...specOf('p').service, isOneshot: true };
    assert.equal(decide('any', [RUNNING, { ...done, spec: { service } }]), null);
    assert.deepEqual(decide('any', [RUNNING, { ...failed, spec: { service } }]), { index: 1, code: 3 });
    assert.deepEqual(decide('any', [{ ...done, spec: { service } }]), { index: -1, code: 0 });
  });
  test('any: the first that has ended for good, with its code', () => {
    assert.equal(decide('any', [RUNNING, { name: 'BACKOFF', exit: code(1) }, { name: 'STOPPED' }]), null);
    assert.deepEqual(decide('any', [RUNNING, done]), { index: 1, code: 0 });
    assert.deepEqual(decide('any', [failed, { ...done, atMs: 50 }]), { index: 1, code: 0 });
    assert.deepEqual(decide('any', [RUNNING, { name: 'EXITED', exit: signal(11) }]), { index: 1, code: 139 });
    assert.deepEqual(decide('any', [{ name: 'EXITED', exit: code(2), spec: { exitCodes: [0, 2] } }]), { index: 0, code: 2 });
    assert.deepEqual(decide('any', [{ name: 'EXITED', exit: null }]), { index: 0, code: 0 });
  });
  test('any: a program that waits for its restart has not ended', () => {
    assert.equal(decide('any', [{ ...failed, lingering: true }]), null);
  });
  test('FATAL is a failure: its last code, 126 or 127 from the spawn, and never 0', () => {
    assert.deepEqual(decide('any', [{ name: 'FATAL', exit: code(127) }]), { index: 0, code: 127 });
    assert.deepEqual(decide('any', [{ name: 'FATAL', exit: code(0) }]), { index: 0, code: 1 });
    assert.deepEqual(decide('any', [{ name: 'FATAL' }]), { index: 0, code: 1 });
    assert.deepEqual(decide('any', [{ name: 'EXITED', exit: code(0), spec: { exitCodes: [2] } }]), { index: 0, code: 1 });
  });
  test('essential: only those marked', () => {
    assert.equal(decide('essential', [failed, RUNNING]), null);
    assert.deepEqual(decide('essential', [done, { ...failed, atMs: 900, spec: { essential: true } }]), { index: 1, code: 3 });
  });
  test('all: when none runs and none will again; the first failure counts', () => {
    assert.equal(decide('all', [done, RUNNING]), null);
    assert.equal(decide('all', [done, { ...done, lingering: true }]), null);
    assert.deepEqual(decide('all', []), { index: -1, code: 0 });
    assert.deepEqual(decide('all', [done, done]), { index: -1, code: 0 });
    assert.deepEqual(decide('all', [{ ...failed, atMs: 70 }, { name: 'FATAL', exit: code(9), atMs: 60 }, done]), { index: 1, code: 9 });
    assert.deepEqual(decide('all', [done, { name: 'UNKNOWN' }]), { index: -1, code: 0 });
  });
  test('all: a program that is not started counts as over, unless an operator could start it', () => {
    assert.deepEqual(decide('all', [done, { name: 'STOPPED' }]), { index: -1, code: 0 });
    assert.equal(decide('all', [done, { name: 'STOPPED' }], true), null);
  });
  test('a policy that does not exist is loud', () => assert.throws(() => decide('some' as ExitPolicy, []), /internal error/u));
});

describe('a stop was asked for', () => {
  test('0 when every program obeyed: by the signal, by 128 plus it, by 0, or by an expected code', () => {
    assert.equal(
      requested('all', [
        { name: 'STOPPED', exit: signal(15) },
        { name: 'STOPPED', exit: code(143) },
        { name: 'STOPPED', exit: code(0), spec: { exitCodes: [2] } },
        { name: 'STOPPED', exit: code(2), spec: { exitCodes: [2] } },
        { name: 'STOPPED', exit: signal(3), spec: { stopSignal: 3 } },
        { name: 'STOPPED' },
      ]),
      0,
    );
  });
  test('one that had to be killed, or failed while it stopped, does not go unheard', () => {
    assert.equal(
      requested('all', [
        { name: 'STOPPED', exit: signal(15) },
        { name: 'STOPPED', exit: signal(9) },
      ]),
      137,
    );
    assert.equal(requested('any', [{ name: 'STOPPED', exit: code(4) }]), 4);
  });
  test('one that had failed before keeps its code', () => {
    assert.equal(
      requested('all', [
        { name: 'STOPPED', exit: signal(15) },
        { name: 'FATAL', exit: code(5), atMs: 10 },
      ]),
      5,
    );
    assert.equal(requested('all', [{ name: 'EXITED', exit: signal(15), atMs: 10 }]), 143);
    assert.equal(requested('all', [{ name: 'EXITED', exit: code(0), atMs: 10 }]), 0);
    assert.equal(requested('all', [{ name: 'FATAL', exit: code(0), atMs: 10 }]), 1);
  });
  test('one that ended by the same signal before its turn obeyed somebody else', () => {
    assert.equal(
      requested('all', [
        { name: 'EXITED', exit: signal(15), atMs: 1001 },
        { name: 'FATAL', exit: code(143), atMs: 1000 },
      ]),
      0,
    );
  });
  test('essential: the others do not count; never: none does', () => {
    assert.equal(
      requested('essential', [
        { name: 'STOPPED', exit: code(4) },
        { name: 'STOPPED', exit: code(0), spec: { essential: true } },
      ]),
      0,
    );
    assert.equal(requested('essential', [{ name: 'STOPPED', exit: code(4), spec: { essential: true } }]), 4);
    assert.equal(requested('never', [{ name: 'FATAL', exit: code(4) }]), 0);
  });
});

test('a decision of the policy stands, whatever happens during the stop', () => {
  const { plan, states } = setUp('any', [{ name: 'STOPPED', exit: signal(9) }], false);
  assert.equal(finalExitCode(plan, states, { cause: 'policy', atMs: 5, index: 0, code: 3, rule: 'exit_policy=any' }), 3);
});
