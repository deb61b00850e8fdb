/** Options that say what a program is to others: what is taken, and what is refused in which words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messagesOf, modelOf, processOf } from './world.ts';

const serviceOf = (options: string) => processOf(options).service;

test('without options a program is what it is under supervisord', () => {
  assert.deepEqual(serviceOf(''), {
    isOneshot: false,
    readyOn: { kind: 'started' },
    readyTimeoutMs: 0,
    readyTimeoutAction: 'fail',
    dependsOn: [],
    onDependencyFailure: 'stop',
    restart: { delayMs: null, mostDelayMs: 300_000, factor: 2, jitter: 0, budget: null },
    onFailure: 'restart',
    successStopsAll: false,
    exitCodeMap: {},
    health: null,
    schedule: null,
    activation: null,
    hooks: null,
    watchdog: null,
    reload: null,
    usage: null,
    controlGroup: null,
  });
});

test('a oneshot is up at once, not restarted, ready by its end, unless its section says otherwise', () => {
  const plain = processOf('type=oneshot');
  assert.deepEqual([plain.startMs, plain.autorestart, plain.service.readyOn], [0, 'never', { kind: 'exit' }]);
  const other = processOf('type=oneshot\nstartsecs=3\nautorestart=unexpected\nready_on=log:^up$');
  assert.deepEqual([other.startMs, other.autorestart, other.service.readyOn], [3000, 'unexpected', { kind: 'log', pattern: '^up$' }]);
});

test('a pattern is looked for in both streams, once where they are one', () => {
  const both = processOf('ready_on=log:up');
  assert.deepEqual([both.stdout.readyPattern, both.stderr.readyPattern], ['up', 'up']);
  const one = processOf('ready_on=log:up\nredirect_stderr=true');
  assert.deepEqual([one.stdout.readyPattern, one.stderr.readyPattern], ['up', null]);
});

test('readiness by the start window, as by default', () => {
  assert.deepEqual(serviceOf('ready_on=started').readyOn, { kind: 'started' });
});

test('readiness by a descriptor', () => {
  assert.deepEqual(serviceOf('ready_on=fd:3').readyOn, { kind: 'fd', descriptor: 3 });
  assert.deepEqual(serviceOf('ready_on=fd:63').readyOn, { kind: 'fd', descriptor: 63 });
});

test('readiness by notification, as an option or as the type', () => {
  assert.deepEqual(serviceOf('ready_on=notify').readyOn, { kind: 'notify' });
  const { readyOn, isOneshot } = serviceOf('type=notify');
  assert.deepEqual([readyOn, isOneshot], [{ kind: 'notify' }, false]);
  assert.deepEqual(serviceOf('type=notify\nready_on=started').readyOn, { kind: 'started' });
});

test('exit codes that count as others', () => {
  assert.deepEqual(serviceOf('exit_code_map=143:0, 130:1').exitCodeMap, { 143: 0, 130: 1 });
});

test('reload: by a signal or by a command, not by both', () => {
  assert.deepEqual(serviceOf('reload_signal=HUP').reload, { kind: 'signal', signal: 1, timeoutMs: 30_000 });
  assert.deepEqual(serviceOf('reload_command=kill -HUP 1\nhook_timeout=3').reload, { kind: 'command', argv: ['kill', '-HUP', '1'], timeoutMs: 3000 });
});

test('hooks: none, or all of them with their time', () => {
  assert.deepEqual(serviceOf('start_pre=mkdir -p "/a b"\nstop_post=sync\nhook_timeout=3').hooks, {
    startPre: ['mkdir', '-p', '/a b'],
    startPost: null,
    stopPre: null,
    stopPost: ['sync'],
    timeoutMs: 3000,
  });
});

test('restarts', () => {
  const { restart } = serviceOf('restart_delay=2\nrestart_delay_max=60\nrestart_factor=1.5\nrestart_jitter=0.25\nrestart_budget=5/60');
  assert.deepEqual(restart, { delayMs: 2000, mostDelayMs: 60_000, factor: 1.5, jitter: 0.25, budget: { count: 5, periodMs: 60_000 } });
});

const WORLD =
  '[program:db]\ncommand=db\n[program:many]\ncommand=many\nnumprocs=2\nprocess_name=%(program_name)s_%(process_num)d\n[program:in]\ncommand=in\n[group:g]\nprograms=in\n';
const withDependencies = (text: string): string => `${WORLD}[program:p]\ncommand=p\ndepends_on=${text}\n`;

test('dependencies: programs, groups, one process of a group, with conditions and without', () => {
  const model = modelOf(withDependencies('db:ready, many:completed? many:many_1, g, in, g:in:started'));
  const spec = model.groups.find(({ name }) => name === 'p')?.processes[0];
  assert.deepEqual(spec?.service.dependsOn, [
    { name: 'db', condition: 'ready', isSoft: false },
    { name: 'many', condition: 'completed', isSoft: true },
    { name: 'many:many_1', condition: 'started', isSoft: false },
    { name: 'g', condition: 'started', isSoft: false },
    { name: 'in', condition: 'started', isSoft: false },
    { name: 'g:in', condition: 'started', isSoft: false },
  ]);
});

const refused: readonly (readonly [string, RegExp])[] = [
  [withDependencies('bd'), /depends_on of p \(.*:13\) names bd, and nothing is called so \(did you mean db\?\)/],
  [withDependencies('db:reddy'), /names db:reddy, and nothing is called so; did you mean the condition ready\?/],
  [withDependencies('wholly-unknown'), /names wholly-unknown, and nothing is called so; write the name/],
  [withDependencies(':ready'), /:ready is no dependency/],
  [withDependencies('db::ready'), /db::ready is no dependency/],
  [withDependencies('p'), /depends_on of p .* goes round in a circle: p -> p;/],
  [
    `${WORLD}[program:a]\ncommand=a\ndepends_on=b\n[program:b]\ncommand=b\ndepends_on=c\n[program:c]\ncommand=c\ndepends_on=db,a\n`,
    /circle: a -> b -> c -> a;/,
  ],
  ['[program:p]\ncommand=p\nreload_command=true\nreload_signal=HUP', /reload_signal of \[program:p\] .* stands beside reload_command; keep one of them/],
  ['[program:p]\ncommand=p\nreload_signal=HOP', /reload_signal of \[program:p\]/],
  ['[program:p]\ncommand=p\nready_on=log:(', /\( is no regular expression/],
  ['[program:p]\ncommand=p\nready_on=log:', /log: needs a regular expression/],
  ...['2', '64', '', 'x', '-5', '007'].map(
    (text) => [`[program:p]\ncommand=p\nready_on=fd:${text}`, new RegExp(`fd:${text} names no descriptor .*; write fd:3 to fd:63`)] as const,
  ),
  ['[program:p]\ncommand=p\nready_on=startd', /startd is no readiness \(did you mean started\?\)/],
  ['[program:p]\ncommand=p\nready_on=when it likes', /when it likes is no readiness; write/],
  ['[program:p]\ncommand=p\nexit_code_map=143', /143 maps no exit code/],
  ['[program:p]\ncommand=p\nexit_code_map=143:256', /143:256 maps no exit code/],
  ['[program:p]\ncommand=p\nexit_code_map=256:0', /256:0 maps no exit code/],
  ['[program:p]\ncommand=p\nrestart_budget=5', /5 is no budget; write restarts\/duration/],
  ['[program:p]\ncommand=p\nrestart_budget=5/0', /5\/0 is no budget/],
  ['[program:p]\ncommand=p\nrestart_jitter=1.5', /1\.5 is no number from 0 to 1/],
  ['[program:p]\ncommand=p\nrestart_factor=much', /much is no number/],
  ['[program:p]\ncommand=p\nrestart_factor=0.5', /0\.5 is no number from 1 to 100/],
];

test('each wrong value gets a sentence, once', () => {
  for (const [text, expected] of refused) {
    const messages = messagesOf(text);
    assert.equal(messages.length, 1, `${text}: ${messages.join(' / ')}`);
    assert.match(messages[0] ?? '', expected);
  }
});

test('a name that several processes of a program depend on is told once', () => {
  const text = '[program:p]\ncommand=p\nnumprocs=3\nprocess_name=p_%(process_num)d\ndepends_on=none\n';
  assert.equal(messagesOf(text).length, 1);
});

test('a shared dependency is no circle', () => {
  const text = `${WORLD}[program:a]\ncommand=a\ndepends_on=db\n[program:b]\ncommand=b\ndepends_on=db,a\n`;
  assert.deepEqual(messagesOf(text), []);
});
