/** The command line of the C roles: what is understood, what is refused with which sentence, and the names of links. */
import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporaryFolder, tsinit } from '../../support/container.ts';
import { type Outcome, runAsSubreaper } from '../../support/init.ts';

const linkedAs = (t: TestContext, name: string): ((args: readonly string[], env?: Readonly<Record<string, string>>) => Outcome) => {
  const file = join(temporaryFolder(t), name);
  symlinkSync(tsinit, file);
  return (args, env) => runAsSubreaper(args, { file, env: { PATH: '/usr/bin:/bin', ...env } });
};

const mistakes: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [['--wait-al', 'true'], /^tsinit: unknown option '--wait-al'; did you mean '--wait-all'\?; see tsinit --help\n$/],
  [['--stop-tiemout=3', 'true'], /did you mean '--stop-timeout'\?/],
  [['--nothing-like-it', 'true'], /^tsinit: unknown option '--nothing-like-it'; see tsinit --help\n$/],
  [['-G', 'true'], /^tsinit: unknown option '-G'; did you mean '-g'\?/],
  [['-gx', 'true'], /^tsinit: unknown option '-x'; see/],
  [['--wait-all=yes', 'true'], /option '--wait-all' takes no value/],
  [['--stop-timeout'], /option '--stop-timeout' needs a value/],
  [['-vp'], /option '-p' needs a value/],
  [['--stop-timeout', 'soon', 'true'], /option '--stop-timeout' expects a time of at most 1000000 seconds such as 10, 2\.5, 500ms, 30s or 5m, got 'soon'/],
  [['--stop-signals', 'TERM,NOTHING', 'true'], /option '--stop-signals' expects signals such as TERM,INT,QUIT, got 'TERM,NOTHING'/],
  [['--stop-signals', '', 'true'], /expects signals/],
  [['--stop-signals', ' , ', 'true'], /expects signals/],
  [['--stop-signals', 'TERM,KILL', 'true'], /expects signals/],
  [['--stop-timeout', '.', 'true'], /expects a time/],
  [['--stop-timeout', '', 'true'], /expects a time/],
  [['--stop-timeout', 'ms', 'true'], /expects a time/],
  [['--stop-timeout', '5x', 'true'], /expects a time/],
  [['--stop-timeout', '-1', 'true'], /expects a time/],
  [['--stop-timeout', '1 s', 'true'], /expects a time/],
  [['--stop-timeout', '1s1h', 'true'], /expects a time/],
  [['--stop-timeout', '1h30', 'true'], /expects a time/],
  [['--stop-timeout', '30m1h', 'true'], /expects a time/],
  [['--stop-timeout', '12d', 'true'], /expects a time/],
  [['--stop-timeout', '1000001', 'true'], /expects a time/],
  [['--stop-timeout', '0.5ms', 'true'], /expects a time/],
  [['-p', 'SIGNOTHING', 'true'], /option '--parent-death' expects a signal such as TERM, SIGTERM or 15, got 'SIGNOTHING'/],
  [['-e', '256', 'true'], /option '--expect' expects an exit code from 0 to 255, got '256'/],
  [['-e', '', 'true'], /expects an exit code/],
  [['-r', '15', 'true'], /option '--rewrite' expects SIGNAL:REPLACEMENT/],
  [['-r', 'TERM:65', 'true'], /option '--rewrite' expects/],
  [['-g'], /no command given/],
  [['--'], /no command given/],
];

for (const [args, says] of mistakes) {
  test(`refused with one sentence: ${args.join(' ')}`, () => {
    const outcome = runAsSubreaper(args);
    assert.match(outcome.stderr, says);
    assert.equal(outcome.stderr.split('\n').length, 2);
    assert.equal(outcome.stdout, '');
    assert.equal(outcome.code, 2);
  });
}

test('options end at the first word or at --', () => {
  const words = (args: readonly string[]): string => runAsSubreaper(args).stdout;
  assert.equal(words(['-g', 'printf', '%s.', '-g', '--', '-x']), '-g.--.-x.');
  assert.equal(words(['-gw', '--', 'printf', '%s.', '--help']), '--help.');
  assert.equal(words(['--stop-timeout', '0.5', '-e3', '-pKILL', '--rewrite', '15:3', 'printf', '%s', 'ran']), 'ran');
});

test('a program called like a tool runs behind --', () => {
  assert.match(runAsSubreaper(['--', 'check']).stderr, /cannot run 'check': not found in PATH/);
});

test('--help gives every option one line, --version one line', () => {
  const help = runAsSubreaper(['--help']);
  assert.equal(help.code, 0);
  for (const name of [
    'group',
    'single-child',
    'rewrite',
    'stop-timeout',
    'wait-all',
    'expect',
    'parent-death',
    'subreaper',
    'warn-on-reap',
    'verbose',
    'configuration',
    'supervisor',
    'license',
    'help',
    'version',
  ])
    assert.match(help.stdout, new RegExp(`^.*--${name}\\b.* {2}\\S.*$`, 'm'), name);
  assert.equal(runAsSubreaper(['-h']).stdout, help.stdout);
  assert.match(runAsSubreaper(['--version']).stdout, /^tsinit version \S+\n$/);
  assert.match(runAsSubreaper(['-l']).stdout, /license/);
});

test('linked as tini: its options, its codes, the version line that engines parse', (t) => {
  for (const name of ['tini', 'docker-init']) {
    const run = linkedAs(t, name);
    assert.match(run(['--version']).stdout, /^tini version \d+\.\d+\.\d+/);
    assert.equal(run(['-s', '-vvv', '-w', '-g', '-e', '5', '-p', 'SIGTERM', '--', 'sh', '-c', 'exit 5']).code, 0);
    assert.equal(run(['--wait-all', 'true']).code, 1);
    assert.equal(run(['-r', '1:2', 'true']).code, 1);
    assert.equal(run([]).code, 1);
    assert.equal(run(['no-such-program']).code, 127);
    assert.equal(run(['/etc/passwd']).code, 126);
    assert.equal(run(['check']).code, 127, 'no tools under this name');
  }
});

test('linked as dumb-init: its options, its codes, a session for the child', (t) => {
  const run = linkedAs(t, 'dumb-init');
  const sessionOf = (args: readonly string[], env?: Readonly<Record<string, string>>): boolean => {
    const [pid, session] = run([...args, 'sh', '-c', 'cut -d" " -f1,6 /proc/$$/stat'], env)
      .stdout.trim()
      .split(' ');
    return pid === session;
  };
  assert.equal(sessionOf([]), true);
  assert.equal(sessionOf(['-c']), false);
  assert.equal(sessionOf(['--single-child']), false);
  assert.equal(sessionOf([], { DUMB_INIT_SETSID: '0' }), false);
  assert.equal(run(['-v', '--rewrite', '15:3', '-r', '2:0', 'true']).code, 0);
  assert.equal(run(['no-such-program']).code, 2);
  assert.equal(run(['-g', 'true']).code, 1);
  assert.equal(run([]).code, 1);
  assert.match(run(['-V']).stdout, /^dumb-init v/);
});

test('linked as catatonit: its options and codes', (t) => {
  const run = linkedAs(t, 'catatonit');
  assert.match(run(['--version']).stdout, /^tini version .*/);
  assert.match(run(['-V']).stdout, /^tini version .*/);
  assert.match(run(['-L']).stdout, /license/);
  assert.equal(run(['-g', '--', 'sh', '-c', 'exit 6']).code, 6);
  assert.equal(run(['no-such-program']).code, 1);
  assert.equal(run(['-c', 'true']).code, 1);
});
