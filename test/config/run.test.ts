/** `tsinit run`: command lines and Procfiles become the model that a configuration would. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfigWorld, ProcessSpec } from '../../src/config/model/model.ts';
import { loadRun } from '../../src/config/run/load-run.ts';
import { memoryWorld } from './world.ts';

type Given = { readonly files?: Readonly<Record<string, string>>; readonly world?: Partial<ConfigWorld> };

const run = (argv: readonly string[], { files = {}, world = {} }: Given = {}) => loadRun(argv, memoryWorld(files, world));

const processes = (argv: readonly string[], given: Given = {}): readonly ProcessSpec[] => {
  const result = run(argv, given);
  assert.ok(result.ok, result.ok ? '' : result.problems.map(({ message }) => message).join('\n'));
  return result.model.groups.flatMap((group) => group.processes);
};

const words = (argv: readonly string[], given: Given = {}): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(processes(argv, given).map(({ name, argv: own }) => [name, own]));

const refusal = (argv: readonly string[], given: Given = {}): readonly string[] => {
  const result = run(argv, given);
  assert.ok(!result.ok);
  return result.problems.map(({ place, message }) => (place === null ? message : `${place.file}:${place.line}: ${message}`));
};

test('commands with and without names, split as command= is, taken literally', () => {
  assert.deepEqual(words(['web=node server.js --port 80', "worker=python 'my w.py'", '/usr/bin/sleep 100%', 'sleep 2', '"" x', 'sh -c A=b']), {
    web: ['node', 'server.js', '--port', '80'],
    worker: ['python', 'my w.py'],
    sleep: ['/usr/bin/sleep', '100%'],
    'sleep-2': ['sleep', '2'],
    program: ['', 'x'],
    sh: ['sh', '-c', 'A=b'],
  });
});

test('the first end ends everything, and nothing is started again', () => {
  const result = run(['a=b']);
  assert.ok(result.ok);
  const [spec] = result.model.groups.flatMap((group) => group.processes);
  assert.equal(result.model.supervisor.exitPolicy, 'any');
  assert.deepEqual([spec?.autorestart, spec?.startMs, spec?.stopWaitMs, spec?.environment], ['never', 0, 10_000, {}]);
});

test('options say it otherwise', () => {
  const argv = ['-r', '-t2', '--exit=all', '-p', '80', '--env', 'x.env', '--formation', 'web=2', '--', 'web=node', 'db=pg'];
  const specs = processes(argv, { files: { '/x.env': 'A=1' } });
  assert.deepEqual(
    specs.map(({ name, environment }) => [name, environment]),
    [
      ['db', { A: '1', PORT: '180' }],
      ['web.1', { A: '1', PORT: '80' }],
      ['web.2', { A: '1', PORT: '81' }],
    ],
  );
  assert.deepEqual([specs[0]?.autorestart, specs[0]?.stopWaitMs], ['always', 2000]);
  const result = run(['--exit', 'never', 'web=node']);
  assert.ok(result.ok && result.model.supervisor.exitPolicy === 'never');
});

const PROCFILE = '\ufeff# comment\nweb: node server.js --port $PORT\n\n  worker.fast :python w.py 100%\r\nurgent: A=1 ./x\n';

test('a Procfile: a shell for what needs one, ports, .env beside it', () => {
  const given = { files: { Procfile: PROCFILE, '/.env': 'SECRET=s' } };
  assert.deepEqual(words([], given), {
    urgent: ['/bin/sh', '-c', 'A=1 ./x'],
    web: ['/bin/sh', '-c', 'node server.js --port $PORT'],
    'worker.fast': ['python', 'w.py', '100%'],
  });
  const ports = (argv: readonly string[], more: Given): readonly (string | undefined)[] => processes(argv, more).map(({ environment }) => environment['PORT']);
  assert.deepEqual(ports([], given), ['5200', '5000', '5100']);
  assert.deepEqual(ports(['-f', 'Procfile', 'web'], { ...given, world: { environment: { PORT: '8080' } } }), ['8080']);
  assert.deepEqual(ports(['web'], { files: { ...given.files, web: '' } }).length, 1);
});

test('some of a Procfile, several of each, its variables', () => {
  const files = { '/app/Procfile': PROCFILE, '/app/.env': "PORT=7000\nGREETING='a b'\n" };
  const specs = processes(['--procfile=/app/Procfile', '-m', 'all=2, web=1,worker.fast=0', 'all'], { files });
  assert.deepEqual(
    specs.map(({ name, environment }) => [name, environment['PORT'], environment['GREETING']]),
    [
      ['urgent.1', '7200', 'a b'],
      ['urgent.2', '7201', 'a b'],
      ['web', '7000', 'a b'],
    ],
  );
  assert.deepEqual(Object.keys(words(['-f', '/app/Procfile', 'web', 'urgent'], { files })), ['urgent', 'web']);
});

test('what is wrong is told with its place', () => {
  const bad: readonly (readonly [argv: readonly string[], files: Readonly<Record<string, string>>, says: RegExp])[] = [
    [[], {}, /^cannot read Procfile: ENOENT.*; name one with -f FILE/],
    [['-f', 'P'], { P: 'web node' }, /^P:1: cannot read P:1: 'web node' is no line of a Procfile; write name: command$/],
    [['-f', 'P'], { P: 'web: a\nweb: b' }, /^P:2: .* web stands in line 1 already/],
    [['-f', 'P'], { P: "web: a 'b" }, /^P:1: cannot split command of \[program:web\] \(P:1\): No closing quotation/],
    [['-f', 'P'], { P: '' }, /^P has nothing to run/],
    [['-f', 'P', 'wbe'], { P: 'web: a' }, /^P has no program wbe; it has web$/],
    [['-f', 'P', '-m', 'web=1'], { P: '' }, /^P has no program web; it has none at all$/],
    [['-m', 'x=0', 'x=y'], {}, /^the command line has nothing to run/],
    [['-m', 'y=1', 'x=y'], {}, /^the command line has no program y/],
    [['-m', 'web', 'x=y'], {}, /--formation expects name=count, \.\.\. such as web=2,all=1, got 'web'/],
    [['-p', '0', 'x=y'], {}, /--port expects a number from 1 to 65535, got '0'/],
    [['-t', 'soon', 'x=y'], {}, /--timeout expects a time such as 10, 0\.5, 500ms, 30s or 5m, got 'soon'/],
    [['--exit', 'soon', 'x=y'], {}, /--exit expects any, all or never, got 'soon'/],
    [['--exti', 'any', 'x=y'], {}, /^run: unknown option '--exti'; did you mean '--exit'\?; see tsinit run --help$/],
    [['-x', 'x=y'], {}, /^run: unknown option '-x'; see/],
    [['--restart=1', 'x=y'], {}, /--restart takes no value, got '1'/],
    [['-rx', 'x=y'], {}, /--restart takes no value, got 'x'/],
    [['--port'], {}, /--port needs a value/],
    [['x='], {}, /^argument:1: command of \[program:x\] \(argument:1\) is empty/],
    [['x=y', 'x=z'], {}, /^argument:2: two groups are called x/],
    [['-f', 'P'], { P: 'web: a', '/.env': 'broken' }, /1: this is no KEY=VALUE/],
    [['-e', 'none.env', 'x=y'], {}, /cannot read \/none\.env: ENOENT/],
  ];
  for (const [argv, files, says] of bad) assert.match(refusal(argv, { files })[0] ?? '', says, argv.join(' '));
});

test('what stops everything is the usual, or what the command line says', () => {
  const stops = (argv: readonly string[]) => {
    const result = run(argv);
    return result.ok ? result.model.supervisor.stopSignals : result.problems.map(({ message }) => message);
  };
  assert.deepEqual(stops(['a=x']), [15, 2, 3, 30, 37]);
  assert.deepEqual(stops(['--stop-signals', 'TERM,WINCH', 'a=x']), [15, 28]);
  assert.match(String(stops(['--stop-signals=%', 'a=x'])), /'%' is no signal/);
});

test('the input stays open; one program may have the terminal, and it must be one', () => {
  const inputs = (argv: readonly string[]) => processes(argv).map(({ name, stdin }) => [name, stdin]);
  assert.deepEqual(inputs(['a=x', 'b=y']), [
    ['a', 'pipe'],
    ['b', 'pipe'],
  ]);
  assert.deepEqual(inputs(['--terminal', 'b', 'a=x', 'b=y']), [
    ['a', 'pipe'],
    ['b', 'inherit'],
  ]);
  assert.deepEqual(refusal(['--terminal', 'c', 'a=x', 'b=y']), ['run: --terminal c: the command line has no such program; it has a, b']);
  assert.deepEqual(refusal(['--terminal', 'a', '-m', 'a=2', 'a=x']), ['run: --terminal a: one process alone can have the terminal, and 2 of it would run']);
  const given = { files: { '/work/Procfile': 'a: x\nb: y\n' }, world: { workingDirectory: '/work' } };
  for (const argv of [
    ['--terminal', 'a', '-f', '/work/Procfile', 'b'],
    ['--terminal=a', '-f', '/work/Procfile', '-m', 'a=0'],
  ])
    assert.match(refusal(argv, given).join(), /and 0 of it would run/);
  assert.deepEqual(
    processes(['--terminal', 'a', '-f', '/work/Procfile', 'all'], given).map(({ stdin }) => stdin),
    ['inherit', 'pipe'],
  );
  assert.match(refusal(['--terminal', 'a', '-f', '/work/Procfile', 'c'], given).join(), /has no program c/);
});
