/** Direct mode passes every signal on, once, to the child's whole process group, and nothing is lost on the way. */
import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Container, childrenOf, startContainer, temporaryFolder, tsinit } from '../../support/container.ts';
import { fixture, withPython } from '../../support/fixtures.ts';
import { runAsPid1 } from '../../support/init.ts';

const teller = fixture('tell_signals');

/** What PID 1 cannot or must not pass on: KILL, STOP, CHLD and the faults of its own. */
const kept: ReadonlySet<number> = new Set([4, 5, 7, 8, 9, 11, 17, 19, 31]);
const forwardable = Array.from({ length: 64 }, (_, index) => index + 1).filter((signal) => !kept.has(signal));

/** Node refuses to send numbers without a name; bash does not. */
const send = (container: Container, signal: number): void => {
  runAsPid1([], { file: '/bin/true', before: ['bash', '-c', `kill -${signal} ${container.pid}`] });
};

const told = (container: Container, name: string): readonly number[] =>
  container.stdout.lines.flatMap((line) => (line.startsWith(`${name} signal `) ? [Number(line.slice(name.length + 8))] : []));

/** What asks for a stop: it goes to the main process first (stop.test.ts). */
const stops: readonly number[] = [2, 3, 30, 37, 15];

test('all forwardable signals, real-time ones included, reach child and grandchild once each; stop signals reach the child alone', async (t) => {
  const container = await startContainer(t, [tsinit, '--', teller, '--child', '--exit', '15=33']);
  await container.stdout.line(/^main ready$/);
  for (const signal of [...stops.filter((each) => each !== 15), ...forwardable.filter((each) => !stops.includes(each))]) {
    send(container, signal);
    const names = stops.includes(signal) ? ['main'] : ['main', 'main-child'];
    await Promise.all(names.map((name) => container.stdout.line(new RegExp(`^${name} signal ${signal}$`))));
  }
  send(container, 15);
  await container.stdout.line(/^main-child signal 15$/); // the main process has ended: now its group is asked
  for (const pid of childrenOf(container)) process.kill(pid, 'SIGKILL');
  assert.equal(await container.ended, 33);
  const sorted = (name: string): readonly number[] => told(container, name).toSorted((a, b) => a - b);
  assert.deepEqual(sorted('main'), forwardable);
  assert.deepEqual(
    sorted('main-child'),
    forwardable.filter((each) => each === 15 || !stops.includes(each)),
  );
});

test('signals that are not for programs are swallowed', async (t) => {
  const container = await startContainer(t, [tsinit, '--', teller, '--exit', '64=3']);
  await container.stdout.line(/^main ready$/);
  for (const signal of [4, 5, 7, 8, 11, 17, 31]) send(container, signal);
  send(container, 64);
  assert.equal(await container.ended, 3);
  assert.deepEqual(told(container, 'main'), [64]);
});

test('a signal from before the child was there reaches it', withPython, () => {
  // Pending and blocked when init starts, as if sent in its first microsecond.
  const block = 'import os, signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, {10}); os.kill(os.getpid(), 10); os.execv(sys.argv[1], sys.argv[1:])';
  const outcome = runAsPid1(['python3', '-c', block, tsinit, '--rewrite', '10:15', 'sleep', 'infinity'], { file: '/usr/bin/env' });
  assert.equal(outcome.code, 143);
});

test('--single-child, tini without -g and dumb-init -c signal the child alone', async (t) => {
  const folder = temporaryFolder(t);
  for (const name of ['tini', 'dumb-init']) symlinkSync(tsinit, join(folder, name));
  for (const command of [[tsinit, '--single-child'], [join(folder, 'tini')], [join(folder, 'dumb-init'), '-c']]) {
    const container = await startContainer(t, [...command, '--', teller, '--child', '--exit', '15=0']);
    await container.stdout.line(/^main ready$/);
    send(container, 10);
    await container.stdout.line(/^main signal 10$/);
    send(container, 15);
    assert.equal(await container.ended, 0);
    assert.deepEqual(told(container, 'main-child'), [], command.join(' '));
  }
});

test('tini -g, TINI_KILL_PROCESS_GROUP and dumb-init signal the group', async (t) => {
  const folder = temporaryFolder(t);
  for (const name of ['tini', 'dumb-init']) symlinkSync(tsinit, join(folder, name));
  const cases = [
    { command: [join(folder, 'tini'), '-g'], env: {} },
    { command: [join(folder, 'tini')], env: { TINI_KILL_PROCESS_GROUP: '' } },
    { command: [join(folder, 'dumb-init')], env: {} },
  ];
  for (const { command, env } of cases) {
    const container = await startContainer(t, [...command, '--', teller, '--child', '--exit', '15=0'], { env });
    await container.stdout.line(/^main ready$/);
    send(container, 10);
    await container.stdout.line(/^main-child signal 10$/);
    send(container, 15);
    assert.equal(await container.ended, 0, command.join(' '));
  }
});

test('--rewrite replaces and drops, by number and by name', async (t) => {
  const options = ['-r', '15:3', '-r', 'USR1:SIGRTMIN+3', '--rewrite', 'HUP:0', '--rewrite=RTMAX:15'];
  const container = await startContainer(t, [tsinit, ...options, '--', teller, '--exit', '15=0']);
  await container.stdout.line(/^main ready$/);
  for (const signal of [15, 1, 10, 12, 64]) {
    send(container, signal);
    if (signal !== 1 && signal !== 64) await container.stdout.line(/^main signal/, told(container, 'main').length + 1);
  }
  assert.equal(await container.ended, 0);
  assert.deepEqual(told(container, 'main'), [3, 37, 12, 15]);
});

test('dumb-init sends STOP for the terminal stop signals unless told otherwise', async (t) => {
  const file = join(temporaryFolder(t), 'dumb-init');
  symlinkSync(tsinit, file);
  const container = await startContainer(t, [file, '-r', '21:12', '--', teller, '--exit', '15=0']);
  await container.stdout.line(/^main ready$/);
  send(container, 21);
  await container.stdout.line(/^main signal 12$/);
  send(container, 20); // stopped: it hears the next one only after CONT
  send(container, 10);
  send(container, 18);
  await container.stdout.line(/^main signal 10$/);
  send(container, 15);
  assert.equal(await container.ended, 0);
  assert.equal(told(container, 'main').includes(20), false);
});

test('--stop-timeout: a child that does not end is killed', async (t) => {
  for (const signal of [15, 2, 3, 30, 37]) {
    const container = await startContainer(t, [tsinit, '--stop-timeout', '50ms', '--', teller, '--child']);
    await container.stdout.line(/^main ready$/);
    send(container, signal);
    assert.equal(await container.ended, 137, `signal ${signal}`);
  }
});

test('--stop-timeout: a child that ends in time keeps its code, and other signals start no clock', async (t) => {
  const container = await startContainer(t, [tsinit, '--stop-timeout', '1000', '--', teller, '--exit', '15=21']);
  await container.stdout.line(/^main ready$/);
  send(container, 1);
  await container.stdout.line(/^main signal 1$/);
  send(container, 15);
  assert.equal(await container.ended, 21);
});

test('a stopped child hears the request to stop', async (t) => {
  const container = await startContainer(t, [tsinit, '-vv', '--', 'sh', '-c', 'echo ready; kill -STOP $$; exit 9']);
  await container.stdout.line(/^ready$/);
  const child = (): string | undefined => container.processes()[0]?.state;
  while (child() !== 'T') await new Promise((resolve) => void setImmediate(resolve));
  send(container, 15);
  assert.equal(await container.ended, 143);
});

test('a child that a signal has stopped is told about, and goes on with CONT', withPython, async (t) => {
  const script = 'import signal; signal.pthread_sigmask(signal.SIG_BLOCK, {10}); print("ready", flush=True); signal.sigwait({10})';
  const container = await startContainer(t, [tsinit, '--', 'python3', '-c', script]);
  await container.stdout.line(/^ready$/);
  container.signal('SIGTSTP'); // what Ctrl-Z in `docker run` without -t becomes
  await container.stderr.line(/^tsinit: python3 \(\d+\) was stopped by SIGTSTP, and goes on with SIGCONT$/);
  container.signal('SIGUSR1');
  container.signal('SIGCONT');
  assert.equal(await container.ended, 0);
});

test('-p: the signal comes when the parent ends', async (t) => {
  const child = `trap "echo heard >&2; exit" USR2; trap "" TERM; echo ready; while :; do sleep 0.01; done`;
  const parent = `coproc ${tsinit} -p USR2 -- sh -c '${child}'; read line <&\${COPROC[0]}; exit 3`;
  const container = await startContainer(t, [tsinit, '--wait-all', '--stop-timeout', '1000', '--', 'bash', '-c', parent]);
  await container.stderr.line(/^heard$/);
  assert.equal(await container.ended, 3);
});

test('catatonit -P pauses until INT or TERM and exits with 0', async (t) => {
  const file = join(temporaryFolder(t), 'catatonit');
  symlinkSync(tsinit, file);
  for (const [command, signal] of [
    [[file, '-P'], 2],
    [[tsinit, '--pause', '-v'], 15],
  ] as const) {
    const container = await startContainer(t, command);
    send(container, 1);
    send(container, signal);
    assert.equal(await container.ended, 0);
  }
});
