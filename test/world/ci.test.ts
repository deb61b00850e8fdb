/** `tsinit ci`: results and their codes, the time line, sections of runners, JUnit XML. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProcessSpec } from '../../src/config/model/model.ts';
import { INITIAL_STATE } from '../../src/process/initial-state.ts';
import type { ProcessState } from '../../src/process/types.ts';
import { junitXml } from '../../src/world/ending/ci/junit.ts';
import { annotation, runnerOf, sectionBegin, sectionEnd } from '../../src/world/ending/ci/markers.ts';
import { ciOutcome } from '../../src/world/ending/ci/outcome.ts';
import type { CiOutcome } from '../../src/world/ending/ci/outcome.ts';
import { entriesBetween, timeLine } from '../../src/world/ending/ci/timeline.ts';
import { makePlan } from '../../src/world/plan.ts';
import type { Plan } from '../../src/world/plan.ts';
import type { Decision, Requester } from '../../src/world/types.ts';
import { createWorld, stepWorld } from '../../src/world/world.ts';
import { modelOf, PLAIN_SERVICE, specOf } from '../simulate/specs.ts';

const planOf = (changes: Partial<ProcessSpec> = {}): Plan => {
  const specs = [specOf('db', changes), specOf('test', { essential: true, command: 'npm "test"' }), specOf('web')];
  return makePlan({ ...modelOf(specs, 'essential'), ci: { program: 'test', junit: null } }, { stopGroupsOneByOne: false });
};

const state = (changes: Partial<ProcessState>): ProcessState => ({ ...INITIAL_STATE, run: 1, runs: 1, ...changes });
const exited = (code: number, changes: Partial<ProcessState> = {}): ProcessState =>
  state({ name: 'EXITED', exit: { code, signal: null, coreDumped: false }, startedAtMs: 1000, stoppedAtMs: 3500, ...changes });
const RUNNING = state({ name: 'RUNNING', isReady: true });
const FATAL = state({ name: 'FATAL', spawnError: 'Exited too quickly', exit: { code: 4, signal: null, coreDumped: false } });
const BY_TEST: Decision = { cause: 'policy', atMs: 5000, index: 1, code: 0, rule: 'exit_policy=essential' };

/** Processes: db, test, web. */
const outcome = (states: readonly ProcessState[], decision: Decision = BY_TEST, plan = planOf()): string => {
  const { kind, code, why } = ciOutcome(plan, states, decision);
  return `${kind} ${code}: ${why}`;
};

test('the result and its code', () => {
  assert.equal(outcome([RUNNING, exited(0), RUNNING]), 'passed 0: the test command succeeded');
  assert.equal(outcome([RUNNING, exited(3), RUNNING]), 'failed 3: the test command failed: exit status 3');
  const segv = exited(-1, { exit: { code: -1, signal: 11, coreDumped: false } });
  assert.equal(outcome([RUNNING, segv, RUNNING]), 'failed 139: the test command failed: terminated by SIGSEGV');
  assert.equal(outcome([FATAL, state({ name: 'FATAL' }), RUNNING]), 'service 120: db has failed: Exited too quickly, exit status 4');
  assert.equal(outcome([exited(2), exited(0), FATAL]), 'service 120: db has failed: exit status 2; web has failed: Exited too quickly, exit status 4');
  assert.equal(outcome([exited(0), exited(0), RUNNING]), 'passed 0: the test command succeeded');
  const late = state({ name: 'FATAL', spawnError: 'not done within 5 seconds', exit: { code: -1, signal: 15, coreDumped: false } });
  assert.equal(outcome([RUNNING, late, RUNNING]), 'timeout 124: the test command was not done within 5 seconds');
  const missing = state({ name: 'FATAL', spawnError: "can't find command 'x'", exit: { code: 127, signal: null, coreDumped: false } });
  assert.equal(outcome([RUNNING, missing, RUNNING]), "failed 127: the test command could not be run: can't find command 'x', exit status 127");
  assert.equal(outcome([RUNNING, state({ name: 'FATAL' }), RUNNING]), 'failed 1: the test command could not be run: it was given up');
  assert.equal(outcome([RUNNING, exited(0, { exit: null }), RUNNING]), 'failed 1: the test command failed: ');
  assert.match(outcome([RUNNING, exited(0, { name: 'FATAL' }), RUNNING]), /^failed 1: the test command could not be run: exit status 0$/);
});

test('what is left over, what is stopped from outside, what nobody waits for', () => {
  assert.equal(outcome([RUNNING, exited(0), RUNNING], { ...BY_TEST, left: 1 }), 'leftOver 121: a process was left when every program had been stopped');
  assert.match(outcome([RUNNING, exited(0), RUNNING], { ...BY_TEST, left: 2 }), /^leftOver 121: 2 processes were left/);
  assert.match(outcome([RUNNING, exited(3), RUNNING], { ...BY_TEST, left: 2 }), /^failed 3/);
  const asked = (by: Requester | null): string => outcome([RUNNING, exited(0), RUNNING], { cause: 'requested', atMs: 0, by });
  assert.equal(asked({ kind: 'signal', signal: 2, pid: 0, uid: 0 }), 'interrupted 130: SIGINT stopped everything before the test command had ended');
  assert.match(asked({ kind: 'signal', signal: 70, pid: 0, uid: 0 }), /^interrupted 198: signal 70 stopped/);
  assert.match(asked({ kind: 'client', name: 'x' }), /^interrupted 143: a command stopped everything/);
  assert.match(asked(null), /^interrupted 143/);
  assert.match(outcome([RUNNING, RUNNING, RUNNING], { ...BY_TEST, index: 2 }), /^service 120: everything was stopped/);
  assert.match(outcome([RUNNING, RUNNING, RUNNING], { ...BY_TEST, cause: 'startTimeout' }), /^service 120: everything was stopped/);
  assert.match(outcome([], BY_TEST), /^failed 1: the test command failed/);
  const ignored = planOf({ service: { ...PLAIN_SERVICE, onFailure: 'ignore' } });
  assert.match(outcome([FATAL, exited(0), RUNNING], BY_TEST, ignored), /^passed 0/);
});

test('the world exits with that code, left-overs counted', () => {
  const plan = planOf({ autostart: false });
  const ended = stepWorld(
    plan,
    { ...createWorld(plan), states: [INITIAL_STATE, RUNNING, INITIAL_STATE] },
    { type: 'process', index: 1, event: { type: 'exited', run: 1, status: { code: 0, signal: null, coreDumped: false }, groupEnded: true, atMs: 0 } },
    0,
  );
  assert.ok(ended.effects.some((effect) => effect.type === 'notice' && effect.text === 'exiting with code 0: test has ended (exit_policy=essential)'));
  const soiled = stepWorld(plan, ended.world, { type: 'swept', left: 1 }, 1).world;
  assert.deepEqual(stepWorld(plan, soiled, { type: 'outputDrained' }, 2).effects.at(-1), { type: 'exit', code: 121 });
  const clean = stepWorld(plan, ended.world, { type: 'swept' }, 1).world;
  assert.deepEqual(stepWorld(plan, clean, { type: 'outputDrained' }, 2).effects.at(-1), { type: 'exit', code: 0 });
});

test('start_timeout is for the services: the test command may take longer', () => {
  const plan = planOf({ autostart: false });
  const limited = { ...plan, model: { ...plan.model, supervisor: { ...plan.model.supervisor, startTimeoutMs: 1000 } } };
  const states = [INITIAL_STATE, state({ name: 'RUNNING', wish: 'up' }), RUNNING];
  const { world, effects } = stepWorld(limited, { ...createWorld(limited), states, startDeadlineMs: 1000 }, { type: 'timePassed' }, 2000);
  assert.deepEqual([world.phase, world.startDeadlineMs, effects], ['running', null, []]);
});

test('the time line: what has become of a process between two looks', () => {
  const between = (before: ProcessState, after: ProcessState): readonly string[] =>
    entriesBetween('p', before, after, 9000).map(({ atMs, what }) => `${atMs} ${what}`);
  const status = { code: 0, signal: null, coreDumped: false };
  assert.deepEqual(between(INITIAL_STATE, INITIAL_STATE), []);
  assert.deepEqual(between(INITIAL_STATE, { ...RUNNING, startedAtMs: 5 }), ['5 started', '9000 ready']);
  assert.deepEqual(between(RUNNING, { ...RUNNING, run: 2, startedAtMs: 7, isReady: true }), ['7 started again']);
  assert.deepEqual(between(INITIAL_STATE, exited(0, { isReady: true })), ['1000 started', '3500 ended: exit status 0']);
  assert.deepEqual(between(RUNNING, state({ name: 'STOPPING' })), ['9000 is told to stop']);
  assert.deepEqual(between(state({ name: 'STOPPING' }), state({ name: 'STOPPED', stoppedAtMs: 8, exit: status })), ['8 stopped: exit status 0']);
  assert.deepEqual(between(state({ name: 'STOPPING' }), state({ name: 'STOPPED', stoppedAtMs: 8, killed: true })), ['8 stopped, killed']);
  assert.deepEqual(between(RUNNING, { ...INITIAL_STATE, run: 1 }), ['0 stopped']);
  assert.deepEqual(between({ ...RUNNING, run: 0 }, INITIAL_STATE), []);
  assert.deepEqual(between(RUNNING, state({ name: 'BACKOFF', spawnError: 'no', stoppedAtMs: 3 })), ['3 failed to start: no']);
  assert.deepEqual(between(RUNNING, FATAL), ['0 given up: Exited too quickly, exit status 4']);
});

test('the time line as a table, in the order of time', () => {
  const entries = [
    { atMs: 2500, name: 'web', what: 'ready' },
    { atMs: 1000, name: 'a', what: 'started' },
    { atMs: 900, name: 'web', what: 'started' },
  ];
  assert.deepEqual(timeLine(entries, 1000), ['    0.00  web  started', '    0.00  a    started', '    1.50  web  ready']);
  assert.deepEqual(timeLine([], 0), []);
});

test('sections for GitHub and GitLab, none elsewhere', () => {
  const [github, gitlab, plain] = [{ GITHUB_ACTIONS: 'true' }, { GITLAB_CI: 'true' }, { GITHUB_ACTIONS: '1' }].map(runnerOf);
  assert.deepEqual([github, gitlab, plain], ['github', 'gitlab', 'plain']);
  assert.equal(sectionBegin('github', 'services', 1500), '::group::Services start\n');
  assert.equal(sectionEnd('github', 'stop', 1500), '::endgroup::\n');
  assert.equal(sectionBegin('gitlab', 'stop', 1500), '\u001b[0Ksection_start:1:tsinit_stop[collapsed=true]\r\u001b[0KServices stop\n');
  assert.equal(sectionEnd('gitlab', 'stop', 1500), '\u001b[0Ksection_end:1:tsinit_stop\r\u001b[0K\n');
  assert.equal(sectionBegin('plain', 'stop', 0) + sectionEnd('plain', 'stop', 0), '');
  assert.equal(annotation('github', '100%\r\nno'), '::error title=tsinit ci::100%25%0D%0Ano\n');
  assert.equal(annotation('gitlab', 'no'), '');
});

test('JUnit: one case for each service that ran, the test, what was left', () => {
  const plan = planOf();
  const xml = (states: readonly ProcessState[], result: CiOutcome): string =>
    junitXml(plan, states, { outcome: result, durationMs: 4000, readyAfterMs: new Map([['db', 250]]), lastLinesOf: () => ['<a> & "b"', 'bell \u0007'] });
  const failed = xml([RUNNING, exited(3), INITIAL_STATE], { kind: 'failed', code: 3, why: 'exit status 3' });
  assert.match(
    failed,
    /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="tsinit ci" tests="3" failures="1" errors="0" skipped="0" time="4\.000">\n/,
  );
  assert.match(failed, /<testcase classname="tsinit\.service" name="db" time="0\.250"\/>\n/);
  assert.match(failed, /name="npm &quot;test&quot;" time="2\.500"><failure message="exit status 3">&lt;a&gt; &amp; &quot;b&quot;&#10;bell \?<\/failure>/);
  assert.match(failed, /name="nothing is left over" time="0\.000"\/>\n {2}<\/testsuite>\n<\/testsuites>\n$/);
  const service = xml([FATAL, INITIAL_STATE], { kind: 'service', code: 120, why: 'db' });
  assert.match(service, /failures="1" errors="0" skipped="1"/);
  assert.match(service, /name="db" time="0\.250"><failure message="db has failed: Exited too quickly, exit status 4">/);
  assert.match(service, /name="npm &quot;test&quot;" time="0\.000"><skipped\/><\/testcase>/);
  const left = xml([RUNNING, exited(0), RUNNING], { kind: 'leftOver', code: 121, why: 'a process' });
  assert.match(left, /tests="4" failures="1"/);
  assert.match(left, /name="web" time="0\.000"\/>/);
  assert.match(left, /name="nothing is left over" time="0\.000"><failure message="a process"><\/failure>/);
  const bare = makePlan({ ...modelOf([]), ci: null }, { stopGroupsOneByOne: false });
  assert.match(
    junitXml(bare, [], { outcome: { kind: 'passed', code: 0, why: '' }, durationMs: 0, readyAfterMs: new Map(), lastLinesOf: () => [] }),
    /classname="tsinit\.test" name="" time="0\.000"\/>/,
  );
});
