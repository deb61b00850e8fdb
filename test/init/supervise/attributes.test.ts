/** Every attribute of a SPAWN frame, seen from inside the program that got it. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/container.ts';
import { converse } from '../../support/fake-supervisor.ts';
import { fixture } from '../../support/fixtures.ts';
import { forRoot } from '../../support/root.ts';

const report = fixture('report');

test('defaults: own process group, nothing inherited, original descriptor limit, no signal blocked or ignored', async (t) => {
  const { container, tell, line } = await converse(t, { launcher: ['--nofile', '100:4000'] });
  const supervised = await line(/^HELLO .* nofile=(\S+)/);
  assert.equal(supervised[1], '100:4000');
  tell(`spawn 1 stdout=2 -- ${report} pid pgid sid fds limits signals umask`);
  await line(/^EXITED 1/);
  const text = container.stdout.text();
  const pid = /^pid (\d+)$/m.exec(text)?.[1];
  assert.match(text, new RegExp(`^pgid ${pid}$`, 'm'));
  assert.doesNotMatch(text, new RegExp(`^sid ${pid}$`, 'm'));
  assert.match(text, /^limits 100 4000$/m);
  assert.match(text, /^SigBlk 0000000000000000$/m);
  assert.match(text, /^SigIgn 0000000000000000$/m);
  assert.deepEqual(
    [...text.matchAll(/^fd (\d+)/gm)].map((match) => match[1]),
    ['0', '1', '2'],
  );
  assert.match(text, /^fd 0 \/dev\/null$/m);
  assert.match(text, /^fd 2 \/dev\/null$/m);
});

test('identity, directory, umask, environment, session', forRoot, async (t) => {
  const { container, tell, line } = await converse(t);
  const attributes = 'uid=1234 gid=2345 groups=11,22 umask=027 directory=/proc env=A=1 env=B=2 group=2 stdout=2';
  tell(`spawn 1 ${attributes} -- ${report} pid sid ids groups umask cwd env`);
  await line(/^EXITED 1/);
  const text = container.stdout.text();
  assert.match(text, new RegExp(`^sid ${/^pid (\d+)$/m.exec(text)?.[1]}$`, 'm'));
  assert.match(text, /^ids 1234 1234 2345 2345$/m);
  assert.match(text, /^groups 11 22$/m);
  assert.match(text, /^umask 027$/m);
  assert.match(text, /^cwd \/proc$/m);
  assert.deepEqual(
    [...text.matchAll(/^env (\S+)/gm)].map((match) => match[1]),
    ['413d31', '423d32'],
  );
});

test('limits, given ones and an explicit one of descriptors', async (t) => {
  const { tell, line } = await converse(t);
  tell('spawn 1 limit=4:0:1000 limit=7:55:66 stdout=2 -- cat /proc/self/limits');
  await Promise.all([line(/^Max core file size +0 +1000 /), line(/^Max open files +55 +66 /)]);
});

test('nice, oom score, no new privileges, dropped capabilities', async (t) => {
  const { container, tell, line } = await converse(t);
  tell('spawn 1 nice=7 stdout=2 -- nice');
  tell('spawn 2 oom=321 stdout=2 -- cat /proc/self/oom_score_adj');
  tell('spawn 3 nnp caps=0x21 stdout=2 -- cat /proc/self/status');
  await Promise.all([line(/^EXITED 1/), line(/^EXITED 2/), line(/^EXITED 3/)]);
  const text = container.stdout.text();
  assert.match(text, /^7$/m);
  assert.match(text, /^321$/m);
  assert.match(text, /^NoNewPrivs:\t1$/m);
  for (const set of ['CapPrm', 'CapEff', 'CapBnd']) {
    const bits = BigInt(`0x${new RegExp(`^${set}:\t(\\S+)$`, 'm').exec(text)?.[1]}`);
    assert.equal(bits & 0x21n, 0n, set);
    assert.notEqual(bits, 0n, set);
  }
});

test('a file other than argv[0], a directory within a new root', async (t) => {
  const { tell, line } = await converse(t);
  tell(`spawn 1 file=${report} stdout=2 -- another-name argv`);
  await line(/^argv another-name$/);
  tell(`spawn 2 chroot=/proc/self/cwd/.. directory=/ stdout=2 -- ${report} cwd`);
  await line(/^SPAWN_FAILED 2 stage=17/); // the program is not in there
});

test('a control group is joined by the child itself, before anything else', forRoot, async (t) => {
  const { tell, line } = await converse(t);
  const members = join(temporaryFolder(t), 'cgroup.procs');
  writeFileSync(members, '');
  tell(`spawn 1 members=${members} uid=1234 stdout=2 -- echo joined`);
  await line(/^joined$/);
  assert.equal(readFileSync(members, 'latin1'), '0'); // which is what the kernel takes for "myself"
  tell(`spawn 2 members=${members}/none -- true`);
  await line(/^SPAWN_FAILED 2 stage=35 errno=20/);
});

test('PATH of the program, not of init, is searched', async (t) => {
  const { tell, line } = await converse(t, { env: { PATH: '/nowhere' } });
  tell('spawn 1 env=PATH=/nowhere/else:/bin:/usr/bin stdout=2 -- echo found');
  await line(/^found$/);
  tell('spawn 2 env=PATH=/nowhere -- echo found');
  await line(/^SPAWN_FAILED 2 stage=17 errno=2 reason=1 path='echo' detail='\/nowhere'$/);
});

test('pipes: stdin in, stdout and stderr out, or both the same', async (t) => {
  const { tell, line } = await converse(t);
  tell('spawn 1 stdin=1 stdout=1 -- cat');
  await line(/^SPAWNED 1 .* streams=3$/);
  tell('write 1 hello');
  tell('read 1 1');
  await line(/^LINE 1 1 'hello'$/);
  tell('shut 1 0');
  tell('release 1'); // init's copy of the writing end goes too: end of file
  tell('read 1 1');
  await line(/^END 1 1 ''$/);
  await line(/^EXITED 1 .* status=0 flags=1/);
  tell('spawn 2 stdout=1 stderr=3 -- ls /nowhere/at/all');
  await line(/^SPAWNED 2 .* streams=2$/);
  tell('read 2 1');
  await line(/^LINE 2 1 '.*nowhere/);
  tell('spawn 3 stderr=1 -- ls /nowhere/at/all');
  await line(/^SPAWNED 3 .* streams=4$/);
  tell('read 3 2');
  await line(/^LINE 3 2 '.*nowhere/);
});

test('a program of another user opens its standard output again by path', forRoot, async (t) => {
  const { tell, line } = await converse(t);
  tell('spawn 1 uid=4321 gid=4321 stdout=1 -- cp /proc/self/comm /dev/stdout');
  await line(/^SPAWNED 1 /);
  tell('read 1 1');
  await line(/^LINE 1 1 'cp'$/);
  await line(/^EXITED 1 .* status=0 /);
});

for (const descriptor of [3, 9, 63])
  test(`a pipe at descriptor ${descriptor} to say that it is ready, and nothing else beside the streams`, async (t) => {
    const { container, tell, line } = await converse(t);
    tell(`spawn 1 ready=${descriptor} stdin=1 stdout=2 -- ${report} fds`);
    await line(/^SPAWNED 1 .* streams=9$/);
    await line(/^EXITED 1 .* status=0 /);
    tell('release 1');
    tell('read 1 3');
    await line(/^END 1 3 ''$/);
    const open = [...container.stdout.text().matchAll(/^fd (\d+)/gm)].map((match) => match[1]);
    assert.deepEqual(open, ['0', '1', '2', String(descriptor)]);
    tell(`spawn 2 ready=${descriptor} stdout=2 -- cp /proc/self/comm /dev/fd/${descriptor}`);
    await line(/^SPAWNED 2 .* streams=8$/);
    tell('read 2 3');
    await line(/^LINE 2 3 'cp'$/);
  });

test('a program that cannot be run is told although its pipe takes the place of the report', async (t) => {
  const { tell, line } = await converse(t);
  for (const [at, descriptor] of [3, 4, 5, 6, 7, 8].entries()) {
    tell(`spawn ${at + 1} ready=${descriptor} -- /nowhere/at/all`);
    await line(new RegExp(`^SPAWN_FAILED ${at + 1} stage=17 errno=2 `));
  }
});

test('descriptors that are no such pipe are refused', async (t) => {
  const { tell, line } = await converse(t);
  for (const [at, descriptor] of [0, 2, 64].entries()) {
    tell(`spawn ${at + 1} ready=${descriptor} -- true`);
    await line(new RegExp(`^SPAWN_FAILED ${at + 1} stage=18 .*out of range`));
  }
});

test('a variable that holds the process id', async (t) => {
  const { tell, line } = await converse(t);
  tell('spawn 1 env=A=1 env=WATCHDOG_PID=000000000000 env=PATH=/bin:/usr/bin pidvar=WATCHDOG_PID stdout=2 -- printenv WATCHDOG_PID');
  const [, pid] = await line(/^SPAWNED 1 pid=(\d+) /);
  await line(new RegExp(`^${pid}$`));
  tell('spawn 2 env=WATCHDOG_PID=1 pidvar=WATCHDOG_PID -- true');
  await line(/^SPAWN_FAILED 2 stage=18 .*has no place/);
  tell('spawn 3 pidvar=WATCHDOG_PID -- true');
  await line(/^SPAWN_FAILED 3 stage=18 .*has no place/);
});
