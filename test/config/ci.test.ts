/** `tsinit ci`: a configuration and the test command as one model. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadCi } from '../../src/config/ci/load-ci.ts';
import type { Model, ProcessSpec } from '../../src/config/model/model.ts';
import { memoryWorld } from './world.ts';

const CONFIG = `[tsinit]
exit_policy=never
[program-default]
ready_timeout=7
[program:db]
command=db
essential=true
[group:pool]
programs=web
[program:web]
command=web
numprocs=2
process_name=w%(process_num)d
ready_timeout=9
[program:extra]
command=extra
on_failure=ignore
[program:later]
command=later
autostart=false
`;

const load = (argv: readonly string[], text = CONFIG, hasTerminal = false) =>
  loadCi(argv, memoryWorld({ '/etc/t.conf': text, '/etc/tsinit.conf': text }), hasTerminal);

const model = (argv: readonly string[], text = CONFIG, hasTerminal = false): Model => {
  const result = load(argv, text, hasTerminal);
  assert.ok(result.ok, result.ok ? '' : result.problems.map(({ message }) => message).join('\n'));
  return result.model;
};

const processes = ({ groups }: Model): readonly ProcessSpec[] => groups.flatMap((group) => group.processes);
const testOf = (made: Model): ProcessSpec => processes(made).find(({ program }) => program === made.ci?.program) as ProcessSpec;

test('the test command waits for all that starts by itself, and alone decides', () => {
  const made = model(['-c', '/etc/t.conf', '--junit', 'out.xml', '--timeout=60', '--', 'npm', 'test', "it's 100%"]);
  const spec = testOf(made);
  assert.deepEqual(made.ci, { program: 'test', junit: 'out.xml' });
  assert.deepEqual(spec.argv, ['npm', 'test', "it's 100%"]);
  assert.deepEqual(
    spec.service.dependsOn.map(({ name, condition, isSoft }) => `${name}:${condition}${isSoft ? '?' : ''}`),
    ['db:db:ready', 'extra:extra:ready?', 'pool:w0:ready', 'pool:w1:ready'],
  );
  assert.deepEqual([spec.service.readyTimeoutMs, spec.service.isOneshot, spec.stdin, spec.autorestart], [60_000, true, 'inherit', 'never']);
  assert.equal(
    testOf(model(['x'], CONFIG.replace('[program:', '[program:typed]\ncommand=true\nstdin=Inherit\n[program:'))).stdin,
    'null',
    'another one has it',
  );
  assert.deepEqual([made.supervisor.exitPolicy, made.supervisor.exitReport], ['essential', 'none']);
  assert.equal(model(['x'], `${CONFIG}[tsinit]\nexit_report=/r.json\n`).supervisor.exitReport, '/r.json');
  assert.deepEqual(
    processes(made)
      .filter(({ essential }) => essential)
      .map(({ name }) => name),
    ['test'],
  );
  assert.ok(Object.isFrozen(spec.service.dependsOn));
});

test('times of services: their own, else those of the file, else the option', () => {
  const times = (text: string, ...argv: readonly string[]): Readonly<Record<string, number>> =>
    Object.fromEntries(processes(model([...argv, '--', 'x'], text)).map(({ name, service }) => [name, service.readyTimeoutMs / 1000]));
  assert.deepEqual(times(CONFIG), { db: 7, extra: 7, later: 7, w0: 9, w1: 9, test: 0 });
  assert.deepEqual(times('[program:db]\ncommand=db\n'), { db: 300, test: 0 });
  assert.deepEqual(times('[program:db]\ncommand=db\n', '--ready-timeout', '5'), { db: 5, test: 0 });
});

test('without -c the usual places; a name that is taken; no programs but the test; a terminal', () => {
  assert.equal(testOf(model(['x'])).name, 'test');
  assert.equal(testOf(model(['x'], '[program:test]\ncommand=x\n')).name, 'test-command');
  assert.equal(testOf(model(['x'], '[program:test]\ncommand=x\n[program:test-command]\ncommand=x\n')).name, 'tsinit-ci-test');
  assert.equal(processes(model(['x'], '[tsinit]\n')).length, 1);
  assert.equal(testOf(model(['x'], CONFIG, true)).stdin, 'null');
});

test('what is wrong is told', () => {
  const bad: readonly (readonly [argv: readonly string[], text: string, says: RegExp])[] = [
    [['-c', '/etc/t.conf'], CONFIG, /^ci: there is no test command; write it behind --/],
    [['--junitt', 'x'], CONFIG, /^ci: unknown option '--junitt'; did you mean '--junit'\?/],
    [['--timeout', '0', 'x'], CONFIG, /^ci: --timeout expects a time such as 10, 0\.5, 500ms, 30s or 5m, got '0'/],
    [['--ready-timeout', 'soon', 'x'], CONFIG, /^ci: --ready-timeout expects a time such as 10, 0\.5, 500ms, 30s or 5m, got 'soon'/],
    [['-c', '/none', 'x'], CONFIG, /^cannot read the configuration \/none: ENOENT/],
    [['x'], '[program:a]\ncommnd=a\n', /^\[program:a\]|unknown option 'commnd'/],
  ];
  for (const [argv, text, says] of bad) {
    const result = load(argv, text);
    assert.ok(!result.ok);
    assert.match(result.problems[0]?.message ?? '', says);
  }
});
