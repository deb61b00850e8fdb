/** Direct mode collects every orphan, and with --wait-all leaves nothing behind. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { childrenOf, namedPipe, startContainer, tsinit, until } from '../../support/container.ts';
import { fixture, withPython } from '../../support/fixtures.ts';
import { runAsPid1, runAsSubreaper } from '../../support/init.ts';

const teller = fixture('tell_signals');

test('20,000 orphans in bursts are reaped and none is left', async (t) => {
  const script = `${fixture('orphans')} 20000 500; read line`;
  const container = await startContainer(t, [tsinit, '--', 'sh', '-c', `${script}; sleep infinity`]);
  await container.stdout.line(/^orphans 20000$/);
  await until(() => childrenOf(container).length === 1); // the last ones may be zombies for an instant
  container.signal('SIGTERM');
  assert.equal(await container.ended, 143);
});

test('command and orphan end in one moment with other signals: no reaping is forgotten', () => {
  for (let round = 0; round < 25; round++) {
    // `timeout` sends TERM, and CONT behind it. With -k a hang ends with 137.
    const { status } = spawnSync('timeout', ['-k', '5', '0.05', tsinit, '--', 'sh', '-c', 'sleep 100 & exec sleep 100']);
    assert.equal(status, 124, `round ${round}`);
  }
});

test('orphans that end while init is stopped are all reaped when it goes on', async (t) => {
  const go = namedPipe(t);
  const container = await startContainer(t, [tsinit, '--', 'sh', '-c', `echo up; read line < ${go}; ${fixture('orphans')} 5000 500; exec sleep infinity`]);
  await container.stdout.line(/^up$/); // a stopped init would start nothing
  container.signal('SIGSTOP');
  writeFileSync(go, '\n');
  await container.stdout.line(/^orphans 5000$/);
  container.signal('SIGCONT');
  await until(() => childrenOf(container).length === 1);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 143);
});

test('a child that init had before its own start, and that has ended, is reaped', withPython, async (t) => {
  const before = [
    'import os, sys',
    'pid = os.fork()',
    'if pid == 0: os._exit(0)',
    'os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)', // it has ended, and stays a zombie
    'os.execv(sys.argv[1], sys.argv[1:])',
  ].join('\n');
  const container = await startContainer(t, ['/usr/bin/env', 'python3', '-c', before, tsinit, '--', 'sh', '-c', 'echo ready; exec sleep infinity']);
  await container.stdout.line(/^ready$/);
  await until(() => childrenOf(container).length === 1);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 143);
});

for (const [name, run] of [
  ['PID 1', runAsPid1],
  ['a subreaper', runAsSubreaper],
] as const) {
  test(`orphans come to ${name}, which says a line for each with -w`, () => {
    const { stderr, code } = run(['-w', '--wait-all', '--', fixture('orphans'), '3', '3']);
    assert.equal(stderr.match(/^tsinit: reaped orphan \d+$/gm)?.length, 3);
    assert.equal(code, 0);
  });

  test(`--wait-all as ${name}: TERM for all that is left, sessions of their own included; the child's code`, () => {
    const left = `setsid sh -c 'trap "echo ended $0 >&2; exit" TERM; echo; while :; do sleep 0.01; done'`;
    const script = `exec 3< <(for i in 1 2 3; do ${left} $i & done); for i in 1 2 3; do read line <&3; done; exit 5`;
    const { stderr, code } = run(['--wait-all', '--stop-timeout', '1000', '--', 'bash', '--norc', '-c', script]);
    assert.equal(code, 5);
    assert.deepEqual(
      stderr
        .split('\n')
        .filter((line) => line.startsWith('ended'))
        .toSorted(),
      ['ended 1', 'ended 2', 'ended 3'],
    );
  });

  test(`--wait-all as ${name}: what ignores TERM is killed`, () => {
    const gate = `exec 3< <(${teller} --orphan); read line <&3; read line <&3; exit 6`;
    assert.equal(run(['--wait-all', '--stop-timeout', '0.05', '--', 'bash', '--norc', '-c', gate]).code, 6);
  });

  test(`--wait-all as ${name}: a stopped descendant ends too`, () => {
    const script = "setsid sh -c 'kill -STOP $$' & while ! grep -q '^State:.T' /proc/$!/status; do :; done; exit 8";
    assert.equal(run(['--wait-all', '--stop-timeout', '1000', '--', 'sh', '-c', script]).code, 8);
  });
}

test('--wait-all: nothing left means no waiting and no signal', () => {
  assert.deepEqual(runAsPid1(['--wait-all', '-v', 'true']).stderr.match(/ending its descendants/), null);
});

test('--wait-all: a signal during the wait reaches those that are left', async (t) => {
  const options = ['--wait-all', '--stop-timeout', '1000', '--'];
  const container = await startContainer(t, [tsinit, ...options, teller, '--orphan', '--exit', '12=7']);
  await container.stdout.line(/^main ready$/);
  container.signal('SIGUSR2');
  await container.stdout.line(/^main-session signal 15$/); // the child has ended, its orphan ignores TERM
  container.signal('SIGUSR2');
  await container.stdout.line(/^main-session signal 12$/);
  process.kill(childrenOf(container)[0] ?? 0, 'SIGKILL');
  assert.equal(await container.ended, 7);
});

test('without --wait-all a subreaper leaves the others alone', () => {
  const script = `exec 3< <(exec ${teller} --exit 15=0 2>/dev/null); read line <&3; echo $!; exit 3`;
  const { stdout, code } = runAsSubreaper(['--', 'bash', '--norc', '-c', script]);
  assert.equal(code, 3);
  process.kill(Number(stdout), 'SIGTERM'); // throws when it is not there any more
});
