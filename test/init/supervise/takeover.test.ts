/** A supervisor dies, hangs or talks nonsense: programs run on, and its successor is told everything. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { converse } from '../../support/fake-supervisor.ts';
import { until } from '../../support/container.ts';
import { fixture } from '../../support/fixtures.ts';

test('the successor gets runs, pipes with what was written meanwhile, the box, and is told what is new', async (t) => {
  const { container, tell, line, supervisor } = await converse(t);
  tell('ready');
  tell('spawn 1 stdin=1 stdout=1 -- cat');
  tell('spawn 2 stdout=1 -- echo last words');
  tell('box state');
  await Promise.all([line(/^EXITED 2 /), line(/^BOX ''$/)]);
  tell('write 1 written before');
  await line(/^ok write$/);
  process.kill(supervisor(), 'SIGKILL');
  await line(/^SYNCED$/, 2);
  await line(/^HELLO .* flags=5 starts=1 /);
  await line(/^RUN 1 pid=\d+ state=1 status=0 started=1 exited=0 .* streams=3$/);
  await line(/^RUN 2 pid=\d+ state=6 status=0 started=1 exited=1 .* streams=2$/);
  tell('box more');
  await line(/^BOX 'state'$/);
  tell('read 1 1');
  await line(/^LINE 1 1 'written before'$/);
  tell('read 2 1');
  await line(/^LINE 2 1 'last words'$/);
  tell('release 2');
  tell('kill 1 15 1');
  await line(/^EXITED 1 .* status=f flags=1 /);
  tell('release 1');
  tell('ready');
  tell('crash 9');
  await line(/^SYNCED$/, 3);
  assert.equal(container.stdout.lines.filter((each) => each.startsWith('RUN ')).length, 2, 'released runs are forgotten');
  assert.match(container.stderr.text(), /^tsinit: supervisor ended by SIGKILL; starting it again, 1 program runs on$/m);
});

test('the successor is told which run numbers are used up, those of refused and forgotten runs too', async (t) => {
  const { tell, line } = await converse(t);
  await line(/^HELLO .* last=0:0 /);
  tell('ready');
  tell('spawn 6 -- true');
  await line(/^EXITED 6 /);
  tell('release 6');
  tell('spawn 9 umask=01000 -- true');
  tell('spawn 8 -- true');
  tell('spawn 2147483653 umask=01000 -- true');
  await Promise.all([line(/^EXITED 8 /), line(/^SPAWN_FAILED 9 /), line(/^SPAWN_FAILED 2147483653 /)]);
  tell('release 8');
  tell('crash 9');
  await line(/^HELLO .* starts=1 .* last=9:80000005 /);
});

test('an exit and a group that ended while there was no supervisor are in RUN', async (t) => {
  const { tell, line, supervisor } = await converse(t);
  tell('ready');
  tell(`spawn 1 stdout=2 -- ${fixture('tell_signals')} --child --exit 40=5`);
  await line(/^main ready$/);
  process.kill(supervisor(), 'SIGSTOP');
  tell('kill 1 40 0');
  process.kill(supervisor(), 'SIGCONT');
  await line(/^EXITED 1 .* status=500 flags=0 /);
  tell('crash 11');
  await line(/^RUN 1 .* state=2 status=500 /);
  tell('kill 1 9 1');
  await line(/^GROUP_ENDED 1$/);
});

/** Beyond ten in ten seconds they are delayed more and more, so the hundred of a long run take minutes. */
const kills = Number(process.env['TSINIT_TEST_KILLS'] ?? 13);

test(`${kills} kills in a row`, async (t) => {
  const { tell, line } = await converse(t);
  tell('spawn 1 stdin=1 stdout=1 -- cat');
  const [, pid] = await line(/^SPAWNED 1 pid=(\d+)/);
  for (let kill = 1; kill <= kills; kill++) {
    tell('ready');
    tell(`write 1 line${kill}`);
    await line(/^ok write$/, kill);
    tell('crash 9');
    await line(/^SYNCED$/, kill + 1);
    await line(new RegExp(`^RUN 1 pid=${pid} state=1 `), kill);
    tell('read 1 1');
    await line(new RegExp(`^LINE 1 1 'line${kill}'$`));
  }
});

test('a signal that a supervisor did not live to handle is told to the next', async (t) => {
  const { container, tell, line, supervisor } = await converse(t);
  tell('ready');
  tell('ack off');
  await line(/^ok ack$/);
  container.signal('SIGUSR1');
  await line(/^SIGNAL 10 /);
  process.kill(supervisor(), 'SIGKILL');
  await line(/^SIGNAL 10 /, 2);
  tell('ready');
  await line(/^ok ready$/, 2);
  tell('crash 9');
  await line(/^SYNCED$/, 3);
  tell('spawn 1 -- true');
  await line(/^EXITED 1 /);
  assert.equal(container.stdout.lines.filter((each) => each.startsWith('SIGNAL 10 ')).length, 2);
});

test('the watchdog ends one that does not answer', async (t) => {
  const { container, tell, line, supervisor } = await converse(t, { env: { PATH: '/bin:/usr/bin', TSINIT_WATCHDOG_SECONDS: '1' } });
  tell('ready');
  tell('spawn 1 stdin=1 stdout=1 -- cat');
  await line(/^SPAWNED 1 /);
  const hanging = supervisor();
  process.kill(hanging, 'SIGSTOP');
  container.signal('SIGUSR1');
  await line(/^SYNCED$/, 2);
  await line(/^SIGNAL 10 /);
  await container.stderr.line(/supervisor was killed since it gave no answer for too long; starting it again, 1 program runs on$/);
});

test('one that closes the socket is ended and replaced', async (t) => {
  const { tell, line } = await converse(t);
  tell('ready');
  tell('close');
  await line(/^SYNCED$/, 2);
});

test('last words count: EXIT and SPAWN of one that ends right after', async (t) => {
  const { tell, line, container } = await converse(t);
  tell('ready');
  tell('spawn 1 stdout=1 -- echo hello');
  tell('crash 9');
  await line(/^SYNCED$/, 2);
  await until(() => container.stdout.lines.some((each) => /^RUN 1 |^SPAWNED 1 /.test(each)));
  tell('exit 9');
  tell('crash 9');
  assert.equal(await container.ended, 9);
});

test('before any was ready: its code is ours; three crashes are enough', async (t) => {
  const first = await converse(t);
  first.tell('die 5');
  assert.equal(await first.container.ended, 5);
  const second = await converse(t);
  for (let crash = 1; crash <= 3; crash++) {
    await second.line(/^SYNCED$/, crash);
    second.tell('crash 11');
  }
  assert.equal(await second.container.ended, 125);
  assert.match(second.container.stderr.text(), /supervisor ended by SIGSEGV before it was ready, 3 times; giving up/);
});

test('many programs are taken over', async (t) => {
  const { container, tell, line } = await converse(t);
  tell('ready');
  tell(`many 1000 1 ${fixture('marker')}`);
  await until(() => container.stdout.lines.filter((each) => /^(EXITED|SPAWN_FAILED) /.test(each)).length === 1000);
  tell('crash 9');
  await line(/^SYNCED$/, 2);
  assert.equal(container.stdout.lines.filter((each) => each.startsWith('RUN ')).length, 1000);
});
