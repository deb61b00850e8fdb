/** `tsinit healthcheck`: how programs are, asked from inside the container without waking anybody. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { namedPipe, startContainer, supervisorPid, tsinit, until } from '../support/container.ts';
import type { Container } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { runAsPid1, runAsSubreaper } from '../support/init.ts';
import { steady, supervise } from '../support/supervise.ts';

const LIMIT = { timeout: 60_000 };
const stays = `${fixture('tell_signals')} --exit 15=0`;

const ask = ({ pid }: Container, ...names: readonly string[]): { readonly code: number | null; readonly said: string } => {
  const done = spawnSync('nsenter', ['-t', String(pid), '--pid', '--mount', tsinit, 'healthcheck', ...names], { encoding: 'utf8' });
  return { code: done.status, said: `${done.stdout}${done.stderr}`.trim() };
};

const isRoot = process.getuid?.() === 0;
const options = { ...LIMIT, skip: isRoot ? false : 'needs root to enter the container' };

const config = `[tsinit]
exit_policy=never
${steady('web', stays)}
[program:worker]
command=${stays}
process_name=%(program_name)s_%(process_num)d
numprocs=2
startsecs=0
[program:idle]
command=${stays}
autostart=false
`;

test('programs that run are healthy, all together or by name', options, async (t) => {
  const container = await supervise(t, config);
  await container.stderr.line(/running: (?:\w+:)?worker_1/);
  await container.stderr.line(/running: (?:\w+:)?worker_0/);
  assert.deepEqual(ask(container), { code: 0, said: 'healthy: 3 programs run' });
  assert.deepEqual(ask(container, 'web'), { code: 0, said: 'healthy: 1 program runs' });
  for (const group of ['worker', 'worker:*']) assert.deepEqual(ask(container, group), { code: 0, said: 'healthy: 2 programs run' });
  assert.deepEqual(ask(container, 'worker:worker_1', 'web'), { code: 0, said: 'healthy: 2 programs run' });
});

/** init's limit of file locks has another number after each look at its files (src/init/runs/copied_marks.h); the /proc outside is another one. */
const looksAt = ({ pid }: Container): string => /^Max file locks +(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1] ?? '';

test('init is not woken by being asked', options, async (t) => {
  const container = await supervise(t, config);
  await container.stderr.line(/running: (?:\w+:)?web/);
  const before = looksAt(container);
  assert.equal(ask(container, 'web').code, 0);
  assert.equal(looksAt(container), before);
  spawnSync('nsenter', ['-t', String(container.pid), '--pid', '--mount', 'cat', '/proc/1/limits']);
  await until(() => looksAt(container) !== before);
});

test('what does not run is named with its state, and so is what nobody knows', options, async (t) => {
  const container = await supervise(t, config);
  await container.stderr.line(/running: (?:\w+:)?web/);
  assert.deepEqual(ask(container, 'web', 'idle'), { code: 1, said: 'tsinit: unhealthy: idle is STOPPED' });
  for (const unknown of ['wor', 'webs', 'idle:web']) {
    assert.deepEqual(ask(container, unknown), { code: 1, said: `tsinit: unhealthy: no program is called ${unknown}` });
  }
});

test('what is to say that it is ready has to have said so; what has done its work is well', options, async (t) => {
  const go = namedPipe(t);
  const container = await supervise(
    t,
    [
      steady('slow', `sh -c "read x < ${go}; echo >&3; exec sleep 1000"`, 'ready_on=fd:3'),
      '[program:job]\ncommand=true\ntype=oneshot\n[program:bad]\ncommand=false\ntype=oneshot\n',
    ].join('\n'),
  );
  await container.stderr.line(/running: (?:\w+:)?slow/);
  await container.stderr.line(/completed: job/);
  await container.stderr.line(/exited: bad/);
  assert.deepEqual(ask(container, 'slow'), { code: 1, said: 'tsinit: unhealthy: slow is RUNNING, but not ready' });
  assert.equal(ask(container).code, 0);
  assert.equal(ask(container, 'job').code, 0);
  assert.deepEqual(ask(container, 'bad'), { code: 1, said: 'tsinit: unhealthy: bad is EXITED' });
  writeFileSync(go, 'go\n');
  await container.stderr.line(/ready: slow/);
  assert.deepEqual(ask(container, 'slow'), { code: 0, said: 'healthy: 1 program runs' });
});

test('a program that has failed for good makes the container unhealthy, a stopped one does not', options, async (t) => {
  const container = await supervise(t, `${config}[program:broken]\ncommand=/no/such/program\nstartretries=0\n`);
  await container.stderr.line(/gave up: broken/);
  assert.deepEqual(ask(container), { code: 1, said: 'tsinit: unhealthy: broken is FATAL' });
});

test('in direct mode the command is what is healthy', options, async (t) => {
  const container = await startContainer(t, [tsinit, '--', fixture('tell_signals')]);
  await container.stdout.line(/ready/);
  assert.deepEqual(ask(container), { code: 0, said: 'healthy: the command runs' });
  assert.deepEqual(ask(container, 'web'), { code: 1, said: 'tsinit: unhealthy: there are no programs with names in direct mode: web' });
});

/** Pid, as seen from here, of a process of the container. */
const pidOf = ({ pid: init }: Container, pattern: RegExp): number => {
  for (const child of readFileSync(`/proc/${init}/task/${init}/children`, 'latin1').split(' ').filter(Boolean)) {
    if (pattern.test(readFileSync(`/proc/${child}/cmdline`, 'latin1'))) return Number(child);
  }
  throw new Error(`no child of init is like ${pattern}`);
};

test('while no supervisor can be started, what init knows counts; for longer than a moment that is unhealthy, and it says why', options, async (t) => {
  // The limit of processes is of a user, and root is above it.
  const nobody = ['--uid', '65534'];
  const container = await supervise(t, `${steady('web', stays)}${steady('api', `${stays} --name api`)}`, { launcher: nobody });
  await container.stderr.line(/running: web/);
  await container.stderr.line(/running: api/);
  // The soft limit alone, and as that user: more takes a right.
  const limitTo = (count: string): void => void execFileSync('prlimit', ['--pid', `${container.pid}`, `--nproc=${count}:`], { uid: 65534, gid: 65534 });
  const [, usual = ''] = readFileSync(`/proc/${container.pid}/limits`, 'latin1').match(/^Max processes +(\w+)/m) ?? [];
  limitTo('1');
  process.kill(pidOf(container, /--name.api/), 'SIGSTOP'); // so that its end comes when the supervisor has gone
  const supervisor = supervisorPid(container.pid);
  assert.ok(supervisor !== null);
  process.kill(supervisor, 'SIGKILL');
  await container.stderr.line(/cannot start the supervisor: Resource temporarily unavailable/);
  process.kill(pidOf(container, /--name.api/), 'SIGKILL');
  await until(() => ask(container, 'api').code === 1);
  await until(() => ask(container).code === 1);
  const why = /^tsinit: unhealthy: there has been no supervisor for \d+ s: it cannot be started: Resource temporarily unavailable; 1 of 2 programs run$/;
  assert.match(ask(container).said, why);
  assert.match(ask(container, 'web').said, why);
  limitTo(usual);
  await container.stderr.line(/spawned: 'api'/, 2);
  await until(() => ask(container, 'api').code === 0);
  assert.deepEqual(ask(container), { code: 0, said: 'healthy: 2 programs run' });
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});

test('a program may be called healthcheck, and without any tsinit nothing is healthy', LIMIT, () => {
  const { code, stderr } = runAsPid1(['--', 'healthcheck'], { env: { PATH: '/nowhere' } });
  assert.equal(code, 127, stderr);
  const alone = runAsPid1(['healthcheck']);
  assert.equal(alone.code, 1);
  assert.match(alone.stderr, /^tsinit: unhealthy: no tsinit is to be seen in this container/);
  assert.equal(runAsSubreaper(['healthcheck', 'web']).code, 1);
});
