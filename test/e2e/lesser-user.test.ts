/** user= of [tsinit] and [supervisord]: what the supervisor, init, programs, files and clients may do from then on. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { killSupervisor, startContainer, supervisorPid, temporaryFolder, tsinit, until } from '../support/container.ts';
import type { Container } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { forRoot } from '../support/root.ts';
import { steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 55_000, ...forRoot };
const NOBODY = 65_534;
const OTHER = 65_533;
const stays = `${fixture('tell_signals')} --exit 15=0`;
const RPC = '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n';

/** A folder of nobody's, and one of root's beside it. */
const places = (t: TestContext) => {
  const folder = temporaryFolder(t);
  const own = join(folder, 'own');
  mkdirSync(own);
  chownSync(own, NOBODY, NOBODY);
  return { folder, own, socket: join(own, 's.sock') };
};

const run = (uid: number, ...words: readonly string[]): { readonly code: number | null; readonly said: string } => {
  const { status, stdout, stderr } = spawnSync(tsinit, words, { encoding: 'utf8', uid, gid: uid });
  return { code: status, said: `${stdout}${stderr}` };
};

/** Users and capabilities of a process: real, effective, saved, of files; then the effective set. */
const rightsOf = (pid: number | null): string => {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return `${/^Uid:\s+(.*)$/m.exec(status)?.[1]?.replaceAll('\t', ' ')} ${BigInt(`0x${/^CapEff:\s+(\w+)$/m.exec(status)?.[1]}`) === 0n ? 'no rights' : 'rights'}`;
};
const AS_NOBODY = '65534 65534 65534 65534 no rights';
const AS_ROOT = '0 0 0 0 rights';

/** Without CAP_SYS_PTRACE, as engines start containers. */
const ENGINE = { launcher: ['--drop', '19'] } as const;

const serves = (socket: string): Promise<void> => until(() => run(0, 'ctl', '-s', `unix://${socket}`, 'status').said.includes(' RUNNING '));

/** As an engine runs a health check: root, without the right to look into other users' processes. */
const healthcheck = ({ pid }: Container, ...names: readonly string[]): string => {
  const { stdout, stderr } = spawnSync(
    'nsenter',
    ['-t', String(pid), '-p', '-m', 'setpriv', '--bounding-set=-sys_ptrace', '--inh-caps=-all', tsinit, 'healthcheck', ...names],
    { encoding: 'utf8' },
  );
  return `${stdout}${stderr}`;
};

test('own: the supervisor becomes the user, init does for it what the configuration of the start allows', limit, async (t) => {
  const { folder, own, socket } = places(t);
  const file = join(folder, 'tsinit.conf');
  const rootProgram = steady(
    'r',
    `sh -c 'id -u; exec ${stays}'`,
    'user=root\nenvironment=GIVEN=true\nstart_pre=id -un\nstop_post=id -gn\nhealth_command=test -w /\nhealth_interval=1\nwatchdog=600\nreload_command=id -G',
  );
  writeFileSync(
    file,
    `[tsinit]\nuser=nobody\n[unix_http_server]\nfile=${socket}\n${RPC}[include]\nfiles=${own}/*.conf\n` +
      `${steady('a', `sh -c 'id -u; exec ${stays}'`, `stdout_logfile=${own}/a.log`)}${rootProgram}`,
  );
  chmodSync(file, 0o600);
  writeFileSync(join(own, 'x.conf'), steady('x', stays));
  const container = await startContainer(t, [tsinit, '-c', file], ENGINE);
  await container.stderr.line(/running: x/);
  assert.equal(rightsOf(container.pid), AS_ROOT);
  assert.equal(rightsOf(supervisorPid(container.pid)), AS_NOBODY);
  await container.stdout.line(/^r +\| 0$/);
  await until(() => readFileSync(join(own, 'a.log'), 'latin1').startsWith('65534\n'));
  assert.equal(statSync(join(own, 'a.log')).uid, NOBODY);
  await serves(socket);
  const ctl = (uid: number, ...words: readonly string[]) => run(uid, 'ctl', '-s', `unix://${socket}`, ...words);
  assert.match(ctl(0, 'status').said, /r +RUNNING/);
  assert.match(ctl(NOBODY, 'status').said, /r +RUNNING/);
  assert.match(healthcheck(container), /^healthy: 3 programs run$/m);

  // The user's own file asks for root: by a new program, by another command of a program that may, by its environment, by a file of root's.
  const attack = (name: string, more: string): string =>
    `[program:${name}]\ncommand=sh -c 'id -u > ${own}/${name}.stolen; exec sleep 1000'\nstartretries=0\n${more}\n`;
  writeFileSync(
    join(own, 'x.conf'),
    [
      steady('x', stays),
      attack('e1', 'user=root'),
      attack('e2', `user=65533`),
      attack('e3', 'capabilities=setuid'),
      attack('e4', 'chroot=/'),
      attack('e5', 'nice=-5'),
      `[socket:z]\nlisten=${folder}/z.sock\n[program:e6]\ncommand=sleep 1000\nsockets=z\nstartretries=0\n`,
    ].join(''),
  );
  assert.match(ctl(0, 'update').said, /cannot read the configuration .*: permission denied/); // it is read as that user, whoever asks
  chmodSync(file, 0o644);
  assert.match(ctl(NOBODY, 'update').said, /e1: added process group/);
  for (const name of ['e1', 'e2', 'e3', 'e4', 'e5']) {
    await container.stderr.line(
      new RegExp(`not started: ${name}: refused: only a program of the configuration read at the start may have more rights than user= gives`),
    );
  }
  await container.stderr.line(/gave up: e6|not started: e6/);
  assert.throws(() => statSync(join(folder, 'z.sock')));
  for (const name of ['e1', 'e2', 'e3', 'e4', 'e5']) assert.throws(() => statSync(join(own, `${name}.stolen`)));

  chmodSync(file, 0o600);
  // What was allowed goes on being so, for a successor as well.
  await killSupervisor(container);
  assert.equal(rightsOf(supervisorPid(container.pid)), AS_NOBODY);
  await serves(socket);
  assert.match(ctl(0, 'restart', 'r').said, /r: started/);
  await container.stdout.line(/^r +\| 0$/, 2);
  assert.match(ctl(NOBODY, 'reload', 'r').said, /r: reloaded/);
  for (const [hook, times] of [
    [/^root$/, 3],
    [/^0$/, 1],
  ] as const) {
    await container.stdout.line(hook, times);
  }
  assert.doesNotMatch(container.stderr.text(), /not started: r\b|unhealthy: r|(start_pre|stop_post) of r/);
  assert.match(ctl(0, 'start', 'e1').said, /ERROR/);
  assert.match(healthcheck(container, 'a', 'r', 'x'), /^healthy: 3 programs run$/m);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});

test('own: logs and the pid file are opened as that user, and no log of root is written through a link of its', limit, async (t) => {
  const { folder, own, socket } = places(t);
  writeFileSync(join(folder, 'secret'), 'secret\n', { mode: 0o600 });
  execFileSync('ln', ['-s', join(folder, 'secret'), join(own, 'b.log')]);
  const text = `[tsinit]\nuser=nobody\npidfile=${own}/pid\nlogfile=${own}/own.log\n[unix_http_server]\nfile=${socket}\n${RPC}`;
  const container = await supervise(t, text + steady('a', stays, `stdout_logfile=${own}/a.log`) + steady('b', stays, `stdout_logfile=${own}/b.log`));
  await serves(socket);
  for (const name of ['pid', 'own.log', 'a.log', 's.sock']) await until(() => statSync(join(own, name)).uid === NOBODY);
  assert.equal(readFileSync(join(folder, 'secret'), 'latin1'), 'secret\n');
  assert.doesNotMatch(run(NOBODY, 'ctl', '-s', `unix://${socket}`, 'tail', 'b').said, /secret/);
  assert.notEqual(run(OTHER, 'ctl', '-s', `unix://${socket}`, 'status').code, 0);
  container.signal('SIGTERM');
  await container.ended;
});

test('personality: init and supervisor become the user; a program of another user fails in supervisord words', limit, async (t) => {
  const { own, socket } = places(t);
  const text =
    `[supervisord]\nnodaemon=true\nuser=nobody\nlogfile=${own}/main.log\npidfile=${own}/pid\nchildlogdir=${own}\n[unix_http_server]\nfile=${socket}\n${RPC}` +
    `${steady('a', `sh -c 'id -u; exec ${stays}'`, `user=nobody\nstdout_logfile=${own}/a.log`)}[program:r]\ncommand=sleep 1000\nuser=root\nstartretries=0\n`;
  const container = await supervise(t, text, { ...ENGINE, args: ['--compat', 'supervisord'] });
  await container.stdout.line(/spawnerr: Can't drop privilege as nonroot user/);
  await container.stdout.line(/gave up: r entered FATAL state/);
  assert.match(container.stdout.text(), /Set uid to user 65534 succeeded/);
  for (const pid of [container.pid, supervisorPid(container.pid)]) assert.equal(rightsOf(pid), AS_NOBODY);
  await serves(socket);
  for (const name of ['pid', 'main.log', 'a.log', 's.sock']) assert.equal(statSync(join(own, name)).uid, NOBODY, name);
  assert.equal(statSync(socket).mode & 0o7777, 0o700);
  assert.match(readFileSync(join(own, 'a.log'), 'latin1'), /^65534\n/);
  assert.equal(healthcheck(container, 'a'), 'healthy: 1 program runs\n');
  await killSupervisor(container);
  for (const pid of [container.pid, supervisorPid(container.pid)]) assert.equal(rightsOf(pid), AS_NOBODY);
  await serves(socket);
  assert.match(run(NOBODY, 'ctl', '-s', `unix://${socket}`, 'restart', 'a').said, /a: started/);
  assert.equal(healthcheck(container, 'a'), 'healthy: 1 program runs\n');
  container.signal('SIGTERM');
  await container.ended;
});

test('without the capability to change users the start is refused in a sentence', limit, async (t) => {
  const container = await supervise(t, `[tsinit]\nuser=nobody\n${steady('a', stays)}`, { launcher: ['--drop', '6', '--drop', '7'] });
  assert.equal(await container.ended, 2);
  assert.match(container.stderr.text(), /cannot become user nobody, as user= says: .*; the container needs the capabilities SETUID and SETGID for that/);
});
