/** The last word about a container: who decided, and how much of it there is room for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INITIAL_STATE } from '../../src/process/initial-state.ts';
import type { ProcessState } from '../../src/process/types.ts';
import { REPORT_BYTES, exitReport, reportText } from '../../src/services/exit-report.ts';
import { makePlan } from '../../src/services/plan.ts';
import type { World } from '../../src/services/types.ts';
import { createWorld } from '../../src/services/world.ts';
import { modelOf, specOf } from '../sim/specs.ts';

const ended = (code: number, more: Partial<ProcessState> = {}): ProcessState => ({
  ...INITIAL_STATE,
  name: 'EXITED',
  run: 3,
  runs: 2,
  startedAtMs: 1000,
  stoppedAtMs: 3500,
  exit: { code, signal: null, coreDumped: false },
  ...more,
});
const KILLED = ended(-1, { exit: { code: -1, signal: 9, coreDumped: true }, spawnError: 'Bad exit code -1' });

const reportOf = (states: readonly ProcessState[], decision: World['decision'], lines: readonly string[] = ['last']) => {
  const plan = makePlan(modelOf(['a', 'b'].map((name) => specOf(name))), { stopGroupsOneByOne: false });
  return exitReport(
    plan,
    { ...createWorld(plan), states, decision },
    { code: 9, nowMs: 10_000, startedAtMs: 500, outOfMemory: false, lastLinesOf: () => lines },
  );
};
const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

test('the program that decided, by the policy', () => {
  const report = reportOf([ended(0), KILLED], { cause: 'policy', atMs: 1, index: 1, code: 137, rule: 'exit_policy=any' });
  assert.deepEqual(report, {
    code: 9,
    cause: 'policy',
    by: { rule: 'exit_policy=any' },
    program: {
      name: 'b',
      state: 'EXITED',
      code: null,
      signal: 9,
      core: true,
      outOfMemory: false,
      error: 'Bad exit code -1',
      uptime: 2.5,
      runs: 2,
      lastLines: ['last'],
    },
    outOfMemory: false,
    uptime: 9.5,
    left: [],
    others: [{ name: 'a', state: 'EXITED', code: 0, signal: null, core: false, outOfMemory: false, error: null, uptime: 2.5, runs: 2 }],
  });
});

test('under a stop that was asked for: the first that failed, or nobody', () => {
  assert.equal(reportOf([ended(0), ended(3)], { cause: 'requested', atMs: 1, by: null }).program?.name, 'b');
  assert.equal(reportOf([ended(0), { ...ended(0), name: 'FATAL' }], { cause: 'requested', atMs: 1, by: null }).program?.name, 'b');
  assert.equal(reportOf([ended(0), KILLED], { cause: 'requested', atMs: 1, by: null }).program?.name, 'b');
  assert.equal(reportOf([ended(0), ended(0)], { cause: 'requested', atMs: 1, by: null }).program, null);
  const stopped = (signal: number): ProcessState => ({ ...KILLED, name: 'STOPPED', exit: { code: -1, signal, coreDumped: false } });
  assert.equal(reportOf([stopped(15), stopped(9)], { cause: 'requested', atMs: 1, by: null }).program?.name, 'b');
  assert.equal(reportOf([stopped(15), ended(0)], { cause: 'requested', atMs: 1, by: null }).program, null);
});

test('who wanted it', () => {
  const by = (decision: World['decision']) => reportOf([ended(0), ended(0)], decision).by;
  const signal = { kind: 'signal', signal: 15, pid: 12, uid: 1000 } as const;
  assert.deepEqual(by({ cause: 'requested', atMs: 1, by: signal }), { signal: 15, name: 'SIGTERM', pid: 12, uid: 1000 });
  assert.deepEqual(by({ cause: 'requested', atMs: 1, by: { ...signal, pid: -1 } }), { signal: 15, name: 'SIGTERM', pid: null, uid: 1000 });
  assert.deepEqual(by({ cause: 'requested', atMs: 1, by: { kind: 'client', name: 'admin (user 0)' } }), { client: 'admin (user 0)' });
  assert.equal(by({ cause: 'requested', atMs: 1, by: null }), null);
  assert.equal(by(null), null);
  const late = reportOf([ended(0), ended(0)], { cause: 'startTimeout', atMs: 1, index: 1, code: 75, rule: 'start_timeout' });
  assert.deepEqual([late.cause, late.by, late.program?.name], ['start_timeout', { rule: 'start_timeout' }, 'b']);
});

test('programs that never ran, and states that do not fit the plan', () => {
  const report = reportOf([], null);
  assert.equal(report.cause, 'requested');
  assert.deepEqual(report.others[0], {
    name: 'a',
    state: 'STOPPED',
    code: null,
    signal: null,
    core: false,
    outOfMemory: false,
    error: null,
    uptime: null,
    runs: 0,
  });
});

test('there is never more than there is room for', () => {
  const small = reportOf([ended(0), KILLED], { cause: 'policy', atMs: 1, index: 1, code: 1, rule: 'exit_policy=any' });
  assert.deepEqual(JSON.parse(reportText(small, bytesOf)), small);
  const line = 'x'.repeat(300);
  const many = {
    ...small,
    others: Array.from({ length: 200 }, () => ({ ...KILLED_END })),
    program: { ...KILLED_END, lastLines: Array.from({ length: 20 }, () => line) },
  };
  const text = reportText(many, bytesOf);
  assert.ok(bytesOf(text) <= REPORT_BYTES);
  const kept = JSON.parse(text) as typeof many;
  assert.equal(kept.others.length, 0);
  assert.ok(kept.program.lastLines.length > 0);
  const long = { ...small, program: { ...KILLED_END, error: 'e'.repeat(5000), lastLines: [] } };
  assert.equal((JSON.parse(reportText(long, bytesOf)) as typeof long).program.error, null);
  const left = Array.from({ length: 100 }, () => ({ pid: 1, name: 'x'.repeat(60), program: 'web', killed: true }));
  assert.ok((JSON.parse(reportText({ ...small, left }, bytesOf)) as typeof small).left.length > 1);
  const one = { ...long, left: [{ pid: 1, name: 'x'.repeat(5000), program: null, killed: true }] };
  assert.deepEqual((JSON.parse(reportText(one, bytesOf)) as typeof one).left, []);
  const nobody = { ...small, program: null, others: [] };
  assert.deepEqual(JSON.parse(reportText(nobody, () => 5000)), nobody);
});

const KILLED_END = { name: 'b', state: 'EXITED', code: null, signal: 9, core: true, outOfMemory: false, error: null, uptime: 2.5, runs: 2 } as const;
