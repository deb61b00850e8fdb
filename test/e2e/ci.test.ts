/** `tsinit ci`: services up and ready, the test command, everything down; the exit code, the time line and JUnit say how it went. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { killSupervisor, namedPipe, startContainer, temporaryFolder, tsinit, until } from '../support/container.ts';
import { runAsPid1, runAsSubreaper } from '../support/init.ts';
import { configFile, linesOf } from '../support/supervise.ts';

const limit = { timeout: 300_000 };

const SERVICES = `[program:db]
command=sh -c "trap 'echo bye; exit 0' TERM; echo listening; while :; do sleep 1 & wait $!; done"
ready_on=log:listening
[program:migrate]
type=oneshot
command=sh -c "echo migrated"
depends_on=db:ready
`;

test('a test that succeeds: after all services, with our standard input, and everything is stopped', limit, (t) => {
  const file = configFile(t, SERVICES);
  for (const run of [runAsPid1, runAsSubreaper]) {
    const { code, stdout, stderr } = run(['ci', '-c', file, '--', 'sh', '-c', 'cat; echo tested'], { before: ['sh', '-c', 'echo given | "$@"', 'sh'] });
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      stdout.split('\n').filter((line) => /^(?:given|tested)$/.test(line)),
      ['given', 'tested'],
    );
    assert.deepEqual(linesOf(stdout.split('\n'), 'db'), ['listening', 'bye']);
    const said = linesOf(stderr.split('\n'), 'tsinit').filter((line) =>
      /^(?:ready: db|(?:exited|completed): migrate|all services|(?:exited|completed): test|stopped: db|passed)/.test(line),
    );
    assert.deepEqual(
      said.map((line) =>
        line
          .replace(/[;:(].*/, '')
          .replace('completed', 'exited')
          .trim(),
      ),
      ['ready', 'exited', 'all services are ready', 'exited', 'stopped', 'passed'],
    );
    assert.match(stderr, /^tsinit +\| +\d+\.\d\d {2}migrate {2}ended: exit status 0$/m);
  }
});

test('a test that fails: its code, and the result as JUnit XML', limit, (t) => {
  const cwd = temporaryFolder(t);
  const { code, stderr } = runAsPid1(['ci', '-c', configFile(t, SERVICES), '--junit', 'result.xml', '--', 'sh', '-c', 'echo "<why>"; exit 3'], { cwd });
  assert.equal(code, 3, stderr);
  assert.match(stderr, /failed: the test command failed: exit status 3; exit code 3$/m);
  const xml = readFileSync(join(cwd, 'result.xml'), 'utf8');
  assert.match(xml, /<testsuite name="tsinit ci" tests="4" failures="1" errors="0" skipped="0"/);
  assert.match(xml, /<failure message="the test command failed: exit status 3">&lt;why&gt;<\/failure>/);
  const missing = runAsPid1(['ci', '-c', configFile(t, SERVICES), '--junit', 'none/result.xml', '--', 'no-such-command'], { cwd });
  assert.equal(missing.code, 127, missing.stderr);
  assert.match(missing.stderr, /cannot write the result to none\/result\.xml: ENOENT/);
});

test('a service that fails: 120, and the test is not run', limit, (t) => {
  const { code, stderr, stdout } = runAsPid1([
    'ci',
    '-c',
    configFile(t, `${SERVICES}[program:bad]\ncommand=sh -c "exit 4"\ntype=oneshot\n`),
    '--',
    'echo',
    'tested',
  ]);
  assert.equal(code, 120, stderr);
  assert.match(stderr, /failed: bad has failed: exit status 4; exit code 120$/m);
  assert.doesNotMatch(stdout, /tested/);
});

test('a process left over: 121; a test that takes too long: 124', limit, (t) => {
  const cwd = temporaryFolder(t);
  const leave = `mkfifo ready; setsid sh -c 'trap "" TERM; echo > ready; exec sleep 1000' & read x < ready`;
  const left = runAsPid1(['ci', '-c', configFile(t, SERVICES), '--', 'sh', '-c', leave], { cwd });
  assert.equal(left.code, 121, left.stderr);
  assert.match(left.stderr, /left when every program had been stopped; exit code 121$/m);
  const late = runAsPid1(['ci', '-c', configFile(t, SERVICES), '--timeout', '1', '--', 'sleep', '1000']);
  assert.equal(late.code, 124, late.stderr);
});

test('TERM stops the test, then the services: 143', limit, async (t) => {
  const container = await startContainer(t, [
    tsinit,
    'ci',
    '-c',
    configFile(t, SERVICES),
    '--',
    'sh',
    '-c',
    "trap 'echo told; exit 0' TERM; echo up; sleep 1000 & wait",
  ]);
  await container.stdout.line(/^up$/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 143, container.stderr.text());
  const order = container.stdout.lines.flatMap((line) => line.match(/told|bye/)?.[0] ?? []);
  assert.deepEqual(order, ['told', 'bye']);
});

test('the supervisor dies while the test runs: its successor ends the run', limit, async (t) => {
  const cwd = temporaryFolder(t);
  const script = 'mkfifo go; echo up; read x < go; echo tested; exit 5';
  const container = await startContainer(t, [tsinit, 'ci', '-c', configFile(t, SERVICES), '--junit', 'result.xml', '--', 'sh', '-c', script], { cwd });
  await container.stdout.line(/^up$/);
  await killSupervisor(container);
  const writer = await startContainer(t, ['/bin/sh', '-c', 'echo > go'], { cwd });
  assert.equal(await writer.ended, 0);
  assert.equal(await container.ended, 5, container.stderr.text());
  assert.match(container.stdout.text(), /^tested$/m);
  assert.match(container.stderr.text(), /failed: the test command failed: exit status 5; exit code 5$/m);
  assert.ok(existsSync(join(cwd, 'result.xml')));
});

test('runners that fold logs get sections and the failure', limit, (t) => {
  const run = (variable: string): string =>
    runAsPid1(['ci', '-c', configFile(t, SERVICES), '--', 'false'], { env: { PATH: '/usr/bin:/bin', [variable]: 'true' } }).stderr;
  const github = run('GITHUB_ACTIONS')
    .split('\n')
    .filter((line) => line.startsWith('::'));
  assert.deepEqual(github, [
    '::group::Services start',
    '::endgroup::',
    '::group::Services stop',
    '::endgroup::',
    '::error title=tsinit ci::the test command failed: exit status 1',
  ]);
  // oxlint-disable-next-line no-control-regex -- it is what the runner reads
  assert.equal(run('GITLAB_CI').match(/\u001b\[0Ksection_(?:start|end):\d+:tsinit_(?:services|stop)/g)?.length, 4);
});

test('mistakes are told and exit with 2', limit, (t) => {
  assert.deepEqual(runAsPid1(['ci', '-c', configFile(t, SERVICES)]).code, 2);
  const bad = runAsPid1(['ci', '-c', configFile(t, '[program:a]\ncommnd=x\n'), '--', 'true']);
  assert.equal(bad.code, 2);
  assert.match(bad.stderr, /tsinit\.conf:2: unknown option 'commnd'/);
  assert.match(runAsPid1(['ci', '--help']).stdout, /--junit FILE/);
});

test('dots without a newline come while the test runs, beside a service', limit, async (t) => {
  const folder = temporaryFolder(t);
  // One for each step: a second opening of the same pipe may meet the writer of the first.
  const steps = [namedPipe(t), namedPipe(t)];
  const path = join(folder, 'ci.conf');
  writeFileSync(path, '[program:db]\ncommand=sh -c "echo listening; exec sleep 1000"\nready_on=log:listening\n');
  const script = `${steps.map((step) => `printf .; read x < ${step}`).join('; ')}; echo end`;
  const out = join(folder, 'out');
  const container = await startContainer(t, ['/bin/sh', '-c', `exec "$@" >> ${out}`, 'sh', tsinit, 'ci', '-c', path, '--', 'sh', '-c', script]);
  const written = (): string => (existsSync(out) ? readFileSync(out, 'latin1') : '');
  for (const [index, step] of steps.entries()) {
    const dots = new RegExp(`^\\.{${index + 1}}$`, 'm');
    await until(() => dots.test(written()));
    writeFileSync(step, '\n');
  }
  assert.equal(await container.ended, 0);
  assert.match(written(), /^\.\.end$/m);
});
