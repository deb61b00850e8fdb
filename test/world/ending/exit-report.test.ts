/** The last word about a container: who decided, and how much of it there is room for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INITIAL_STATE } from '../../../src/process/initial-state.ts';
import type { ProcessState } from '../../../src/process/types.ts';
import { REPORT_BYTES, exitReport, reportSentence, reportText } from '../../../src/world/ending/exit-report.ts';
import { makePlan } from '../../../src/world/plan.ts';
import type { World } from '../../../src/world/types.ts';
import { createWorld } from '../../../src/world/world.ts';
import { modelOf, specOf } from '../../simulate/specs.ts';

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
const KILLED = ended(-1, { exit: { code: -1, signal: 9, coreDumped: true }, spawnError: 'terminated by SIGKILL (core dumped)' });

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
      error: 'terminated by SIGKILL (core dumped)',
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

test('in one sentence: the code, who decided, how the program ended', () => {
  const policy = { cause: 'policy', atMs: 1, index: 1, code: 137, rule: 'exit_policy=any' } as const;
  const sentence = (b: ProcessState, decision: World['decision'] = policy): string => reportSentence(reportOf([ended(0), b], decision));
  const head = 'exited with code 9 after 9.5 s';
  assert.equal(sentence(KILLED), `${head} (exit_policy=any): b was ended by SIGKILL, after 2 runs`);
  assert.equal(sentence(ended(3, { runs: 1 })), `${head} (exit_policy=any): b ended with exit status 3`);
  assert.equal(
    sentence(ended(-1, { exit: { code: -1, signal: 9, coreDumped: false, outOfMemory: true } })),
    `${head} (exit_policy=any): b was killed for want of memory, after 2 runs`,
  );
  assert.equal(sentence(ended(-1, { runs: 1, exit: { code: -1, signal: 33, coreDumped: false } })), `${head} (exit_policy=any): b was ended by signal 33`);
  assert.equal(sentence({ ...INITIAL_STATE, name: 'FATAL', spawnError: 'no such file' }), `${head} (exit_policy=any): b could not be started, no such file`);
  assert.equal(sentence({ ...INITIAL_STATE, name: 'FATAL' }), `${head} (exit_policy=any): b could not be started`);
  assert.equal(sentence({ ...ended(0, { runs: 1 }), exit: null }), `${head} (exit_policy=any): b ended with exit status unknown`);
  const asked = (by: NonNullable<World['decision']> extends infer D ? (D extends { by: infer B } ? B : never) : never): string =>
    sentence(ended(0), { cause: 'requested', atMs: 1, by });
  assert.equal(asked(null), head);
  assert.equal(asked({ kind: 'client', name: 'user 0' }), `${head}, as user 0 asked`);
  assert.equal(asked({ kind: 'signal', signal: 15, pid: -1, uid: 0 }), `${head}, as SIGTERM from outside of the container asked`);
  assert.equal(asked({ kind: 'signal', signal: 2, pid: 0, uid: 0 }), `${head}, as SIGINT from the kernel asked`);
  assert.equal(asked({ kind: 'signal', signal: 33, pid: 7, uid: 0 }), `${head}, as signal 33 from process 7 asked`);
  const left = [{ pid: 9, name: 'sleep', program: null }] as never;
  const swept = reportOf([ended(0), ended(0)], { cause: 'requested', atMs: 1, by: null });
  assert.equal(reportSentence({ ...swept, left }), `${head}; 1 process was left behind and ended`);
  assert.equal(reportSentence({ ...swept, left: [...left, ...left] }), `${head}; 2 processes were left behind and ended`);
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
