/** `tsinit simulate`: how scenarios are read, who is meant by them, and the life that is played. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INITIAL_STATE } from '../../src/process/initial-state.ts';
import type { ProcessSpec } from '../../src/config/model/model.ts';
import { makePlan } from '../../src/world/plan.ts';
import type { Plan } from '../../src/world/plan.ts';
import { cast } from '../../src/simulate/cast.ts';
import { playLife } from '../../src/simulate/life.ts';
import { createMachine } from '../../src/simulate/machine.ts';
import { createReport } from '../../src/simulate/report.ts';
import { readScenario } from '../../src/simulate/scenario.ts';
import type { Scenario } from '../../src/simulate/scenario.ts';
import { createWorld } from '../../src/world/world.ts';
import { modelOf, PLAIN_SERVICE, specOf } from '../simulate/specs.ts';

const read = (text: string): Scenario => {
  const scenario = readScenario(text);
  assert.ok(scenario.ok, scenario.ok ? '' : scenario.error.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return scenario.value;
};

const health = (action: 'restart' | 'none' | 'fail') => ({
  health: { probe: { kind: 'tcp', host: 'x', port: 1 }, intervalMs: 1, timeoutMs: 1, retries: 1, startPeriodMs: 0, action } as const,
});

const service = (changes: Partial<ProcessSpec['service']>): Partial<ProcessSpec> => ({ service: { ...PLAIN_SERVICE, ...changes } });

const planOf = (...specs: readonly ProcessSpec[]): Plan => makePlan(modelOf(specs, 'all', true), { stopGroupsOneByOne: false });

const play = (plan: Plan, text: string): readonly string[] => {
  const scenario = read(text);
  const scripts = cast(plan, scenario);
  assert.ok(scripts.ok);
  const { lines, exitCode } = playLife(plan, scripts.value, scenario);
  return [...lines.map((line) => line.trim().replace(/ {2,}/g, ' ')), exitCode === null ? 'lives on' : `code ${exitCode}`];
};

test('what programs do', () => {
  const text =
    '; a comment\nweb: ready after 2s, exits 3 after 500ms # another\n\ng:w run 2: ignores TERM, on INT exits 0 after 1m, on 10 exits 4\na: runs\nb: never ready, leaves children\nc: cannot start, exits 1\nuntil 1.5h';
  const { behaviours, untilMs } = read(text);
  assert.deepEqual(
    behaviours.map(({ name, run, script, line }) => [line, name, run, script]),
    [
      [2, 'web', null, { readyAfterMs: 2000, endsAfterMs: 500, code: 3 }],
      [4, 'g:w', 2, { answers: { 15: 'ignored', 2: { afterMs: 60_000, code: 0 }, 10: { afterMs: 0, code: 4 } } }],
      [5, 'a', null, {}],
      [6, 'b', null, { readyAfterMs: Number.POSITIVE_INFINITY, leavesBehind: { ignoring: [] } }],
      [7, 'c', null, { spawnFails: { reason: 'it cannot be started', exitCode: 126 }, endsAfterMs: 0, code: 1 }],
    ],
  );
  assert.equal(untilMs, 5_400_000);
  assert.equal(read('').untilMs, 3_600_000);
});

test('what happens', () => {
  const happenings = ['signal SIGTERM', 'start web', 'stop web', 'restart g:w', 'web exits 7', 'web is ready', 'web is unhealthy'];
  const scenario = read(happenings.map((each, index) => `at ${index} ${each}`).join('\n'));
  assert.deepEqual(
    scenario.happenings.map(({ atMs, what, text }) => [atMs, what, text]),
    [
      { kind: 'signal', signal: 15 },
      { kind: 'start', name: 'web' },
      { kind: 'stop', name: 'web' },
      { kind: 'restart', name: 'g:w' },
      { kind: 'exit', name: 'web', code: 7 },
      { kind: 'ready', name: 'web' },
      { kind: 'unhealthy', name: 'web' },
    ].map((what, index) => [index * 1000, what, happenings[index]]),
  );
});

test('every mistake with its line', () => {
  const bad = ['nonsense', 'at 5x web is ready', 'until soon', 'until'];
  const unknown = [
    'at 1 signal NOPE',
    'at 1 signal TERM now',
    'at 1 start',
    'at 1 start a b',
    'at 1 web exits 256',
    'at 1 web is red',
    'at 1 web is ready now',
  ];
  const scripts = [
    'web: flies',
    'web: exits 256',
    'web: exits 1 after soon',
    'web: ready after soon',
    'web: ignores NOPE',
    'web: on TERM exits 300',
    'web: on TERM exits 1 after x',
  ];
  const all = [...bad, ...unknown, ...scripts, `web: ${'x'.repeat(80)}`];
  const scenario = readScenario(all.join('\n'));
  assert.ok(!scenario.ok);
  assert.deepEqual(
    scenario.error.map(({ line }) => line),
    all.map((_, index) => index + 1),
  );
  const messages = scenario.error.map(({ message }) => message);
  assert.equal(messages[0], "cannot read 'nonsense': write NAME: what it does, at TIME what happens, or until TIME");
  assert.match(messages[1] ?? '', /a time is a number with ms, s, m or h behind it/);
  assert.match(messages.at(-1) ?? '', /x\.\.\.': write NAME/);
});

test('names that nobody has', () => {
  const result = cast(planOf(specOf('web'), specOf('db')), read('wbe: runs\nat 1 start zzzzzz\nat 2 signal TERM'));
  assert.deepEqual(result, {
    ok: false,
    error: [
      { line: 1, message: 'there is no program wbe in the configuration; did you mean web?' },
      { line: 2, message: 'there is no program zzzzzz in the configuration' },
    ],
  });
});

test('what is said, for one run or for all, and what is not', () => {
  const plan = planOf(
    specOf('a', service({ readyOn: { kind: 'check' } })),
    specOf('b', service({ isOneshot: true, readyOn: { kind: 'exit' } })),
    specOf('c1', { group: 'c', program: 'c' }),
    specOf('c2', { group: 'c', program: 'c' }),
  );
  const scripts = cast(plan, read('c: exits 1\nc: ready after 1\nc:c2 run 2: exits 5 after 2\nb: exits 3'));
  assert.ok(scripts.ok);
  const usual = { endsAfterMs: 0, code: 1, readyAfterMs: 1000 };
  assert.deepEqual(scripts.value, [[{ readyAfterMs: 0 }], [{ endsAfterMs: 0, code: 3 }], [usual], [usual, { endsAfterMs: 2000, code: 5 }, usual]]);
});

test('a life: dependencies, a crash, a bad health, a stop', () => {
  const plan = planOf(
    specOf('db', { startMs: 0, ...service({ readyOn: { kind: 'notify' }, ...health('restart') }) }),
    specOf('web', { startMs: 0, ...service({ dependsOn: [{ name: 'db', condition: 'ready', isSoft: false }] }) }),
  );
  assert.deepEqual(play(plan, 'db run 1: ready after 2s\nweb run 1: exits 1 after 300ms\nat 5 db is unhealthy\nat 20 signal TERM'), [
    '0.000 db STARTING (run 1)',
    '0.000 web waits for db:ready',
    '0.001 db RUNNING',
    '2.001 db is ready',
    '2.001 web STARTING (run 1)',
    '2.002 web RUNNING',
    '2.002 web is ready',
    '2.302 web EXITED: exit status 1',
    '3.002 web STARTING (run 2)',
    '3.003 web RUNNING',
    '3.003 web is ready',
    '5.000 > db is unhealthy',
    '5.000 db STOPPING',
    '5.000 db gets SIGTERM (group)',
    '5.001 db BACKOFF: as the scenario says: terminated by SIGTERM; again at 6.001',
    '6.001 db STARTING (run 2)',
    '6.002 db RUNNING',
    '6.002 db is ready',
    '20.000 > signal TERM',
    '20.000 web STOPPING',
    '20.000 tsinit stopping everything: SIGTERM',
    '20.000 web gets SIGTERM (group)',
    '20.000 tsinit waiting for db, web to end',
    '20.001 web STOPPED: terminated by SIGTERM',
    '20.001 db STOPPING',
    '20.001 db gets SIGTERM (group)',
    '20.002 db STOPPED: terminated by SIGTERM',
    '20.004 tsinit exits with code 0',
    'code 0',
  ]);
});

test('commands, readiness and ends from outside; signals that are passed on; what never starts', () => {
  const plan = planOf(
    specOf('a', {
      startMs: 0,
      autostart: false,
      stopScopes: { signal: 'process', wait: 'group', kill: 'group' },
      ...service({ readyOn: { kind: 'fd', descriptor: 3 }, ...health('none') }),
    }),
    specOf('b', { startMs: 0, startRetries: 0, autostart: false, ...service(health('fail')) }),
  );
  const text =
    'a: never ready\nb run 1: cannot start\nat 1 start a\nat 2 a is ready\nat 3 a is unhealthy\nat 4 start b\nat 5 start b\nat 6 b is unhealthy\nat 7 signal 10\nat 8 a exits 4\nat 9 b exits 1\nat 10 restart a\nat 11 stop a\nuntil 12';
  const lines = play(plan, text);
  assert.equal(lines.at(-1), 'lives on');
  const found = lines.filter((line) => !line.includes('> '));
  assert.ok(found.includes('2.000 a is ready'));
  assert.ok(found.includes('4.001 b FATAL: it cannot be started: exit status 126'), found.join('\n'));
  assert.ok(found.includes('5.000 b STARTING (run 2)') || found.includes('5.000 b STARTING (run 1)'));
  assert.ok(found.some((line) => line.startsWith('6.001 b FATAL: as the scenario says')));
  assert.ok(found.some((line) => line === '7.000 a gets SIGUSR1 where it catches it'));
  assert.ok(found.includes('8.000 a EXITED: exit status 4'));
  assert.ok(found.includes('11.000 a gets SIGTERM'));
  assert.deepEqual(play(plan, 'at 1 b is unhealthy\nat 2 b is ready\nuntil 3'), ['1.000 > b is unhealthy', '2.000 > b is ready', 'lives on']);
});

test('a program without health checks may be unhealthy, too', () => {
  const lines = play(planOf(specOf('c', { startMs: 0 })), 'at 1 c is unhealthy\nuntil 1.5');
  assert.deepEqual(lines.slice(-3), [
    '1.000 c gets SIGTERM (group)',
    '1.001 c BACKOFF: as the scenario says: terminated by SIGTERM; again at 2.001',
    'lives on',
  ]);
});

test('children go before their main process, which has to be killed', () => {
  const lines = play(planOf(specOf('p', { startMs: 0, stopWaitMs: 2000 })), 'p: leaves children, ignores TERM\nat 1 stop p\nuntil 4');
  assert.deepEqual(lines.slice(-4), ['1.000 p gets SIGTERM (group)', '3.000 p gets SIGKILL (group)', '3.001 p STOPPED: terminated by SIGKILL', 'lives on']);
});

test('init knows of a run once it has been spawned', () => {
  const plan = planOf(specOf('p'));
  const machine = createMachine(plan, createWorld(plan), [[]], createReport(plan).observer);
  machine.feed({ type: 'startUp' });
  assert.deepEqual(machine.knownRuns(), []);
  machine.run(1);
  assert.equal(machine.knownRuns().length, 1);
  machine.feed({ type: 'commandRequested', verb: 'stop', targets: [0] });
  machine.run(10);
  assert.deepEqual(machine.knownRuns(), []);
});

test('what belongs to no process, and what has no name', () => {
  const { observer, lines, note } = createReport(planOf(specOf('a')));
  const world = createWorld(planOf());
  observer.onEffect(0, { type: 'spawn', index: 9, run: 1 });
  observer.onEffect(0, { type: 'forward', signal: 77, runs: [1, 2], isCaught: false });
  observer.onEffect(0, { type: 'notice', index: 0, level: 'error', text: 'gave up' });
  observer.onEffect(0, { type: 'notice', index: 0, level: 'info', text: 'never shown' });
  observer.onWorld(0, world, world, [
    { type: 'phase', from: 'running', to: 'ended' },
    { type: 'detail', from: INITIAL_STATE, to: INITIAL_STATE, index: 9, spec: specOf('x') },
    { type: 'detail', from: INITIAL_STATE, to: INITIAL_STATE, index: 9, spec: specOf('x') },
  ]);
  note(1500, 'x');
  assert.deepEqual(
    lines.map((line) => line.trim().replace(/ {2,}/g, ' ')),
    ['0.000 tsinit gets signal 77', '0.000 tsinit gets signal 77', '0.000 tsinit gave up', '1.500 > x'],
  );
});
