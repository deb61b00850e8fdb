/** Readiness by notification: programs that speak sd_notify's protocol, through real sockets, with the built file. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { killSupervisor, namedPipe, temporaryFolder } from '../support/container.ts';
import { fixture, isInPath } from '../support/fixtures.ts';
import { linesOf, once, steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 60_000 };
const notify = fixture('notify');
const app = once('app', 'echo serving', 'depends_on=db:ready');

test('what depends on it starts with READY=1 and not before; the rest is told at level debug', limit, async (t) => {
  const go = namedPipe(t);
  const script = `${notify} STATUS=warming READY=0 nonsense; echo before; read x < ${go}; ${notify} READY=1 --barrier; exec sleep 1000`;
  const container = await supervise(t, `[tsinit]\nloglevel=debug\n${steady('db', `sh -c "${script}"`, 'type=notify')}${app}`);
  await container.stderr.line(/db says STATUS=warming/);
  await container.stdout.line(/^db +\| before$/);
  assert.deepEqual(linesOf(container.stdout.lines, 'app'), []);
  writeFileSync(go, 'go\n');
  await container.stdout.line(/^app +\| serving$/);
  await container.stdout.line(/^db +\| told$/, 2); // the barrier was answered
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.match(container.stderr.text(), /ready: db/);
});

test('systemd-notify is answered', { ...limit, skip: !isInPath('systemd-notify') && 'systemd-notify is not installed' }, async (t) => {
  const container = await supervise(t, steady('db', 'sh -c "systemd-notify --ready --status=up; echo code $?; exec sleep 1000"', 'ready_on=notify') + app);
  await container.stdout.line(/^db +\| code 0$/);
  await container.stdout.line(/^app +\| serving$/);
});

test('a successor hears what its predecessor was to be told', limit, async (t) => {
  const go = namedPipe(t);
  const container = await supervise(t, steady('db', `sh -c "echo up $$; read x < ${go}; ${notify} READY=1; exec sleep 1000"`, 'ready_on=notify') + app);
  await container.stdout.line(/^db +\| up \d+$/);
  await killSupervisor(container);
  assert.deepEqual(linesOf(container.stdout.lines, 'app'), []);
  writeFileSync(go, 'go\n');
  await container.stdout.line(/^app +\| serving$/);
  await container.stdout.line(/^db +\| told$/);
  // A kill in the middle of a write may repeat a line: the process id in it says whether it is one and the same run.
  const lines = linesOf(container.stdout.lines, 'db');
  assert.deepEqual([new Set(lines).size, lines.at(-1)], [2, 'told'], lines.join(', '));
});

test('sockets as files: for the user of the program alone, and gone with the run', { ...limit, skip: process.getuid?.() !== 0 && 'needs root' }, async (t) => {
  const sockets = join(temporaryFolder(t), 'sockets');
  mkdirSync(sockets);
  const script = `ls -ln $NOTIFY_SOCKET; ${notify} READY=1; exec sleep 1000`;
  const container = await supervise(
    t,
    `[tsinit]\nnotify_directory=${sockets}\n${steady('db', `sh -c "${script}"`, 'user=65534:65534\nready_on=notify')}${app}`,
  );
  await container.stdout.line(/^app +\| serving$/);
  assert.match(linesOf(container.stdout.lines, 'db')[0] ?? '', /^srw------- +1 65534 65534 /);
  assert.equal(readdirSync(sockets).length, 1);
  await killSupervisor(container);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.deepEqual(readdirSync(sockets), []);
});

test('no socket, no readiness: it is said, and the program runs', limit, async (t) => {
  const deep = join(temporaryFolder(t), 'x'.repeat(120));
  mkdirSync(deep);
  const container = await supervise(
    t,
    `[tsinit]\nnotify_directory=${deep}\n${steady('db', 'sh -c "echo $NOTIFY_SOCKET.; exec sleep 1000"', 'ready_on=notify')}`,
  );
  await container.stderr.line(/cannot make the socket .* on which db is to say that it is ready: ENAMETOOLONG/);
  await container.stdout.line(/^db +\| \.$/);
});

test('a process of another user that finds the abstract socket is not believed', { ...limit, skip: process.getuid?.() !== 0 && 'needs root' }, async (t) => {
  const go = namedPipe(t);
  const find = "grep -o '@tsinit-[^ ]*' /proc/net/unix | while read found; do NOTIFY_SOCKET=$found";
  const stranger = `sh -c "${find} ${notify} READY=1 WATCHDOG=trigger; done; echo sent; exec sleep 1000"`;
  const db = `sh -c "echo up; read x < ${go}; ${notify} READY=1; exec sleep 1000"`;
  const container = await supervise(t, steady('db', db, 'ready_on=notify') + steady('other', stranger, 'user=65534:65534\ndepends_on=db:started') + app);
  await container.stderr.line(/process \d+ of user 65534 speaks for db, and is no process of it or its user: not believed/);
  await container.stdout.line(/^other +\| sent$/);
  assert.deepEqual(linesOf(container.stdout.lines, 'app'), []);
  writeFileSync(go, 'go\n');
  await container.stdout.line(/^app +\| serving$/);
});
