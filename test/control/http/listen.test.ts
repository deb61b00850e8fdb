/** Where servers listen, and what is done about what is in the way. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder, until } from '../../support/container.ts';
import { ask, echo, inetServer, openServers, unixServer } from './support.ts';
import { freePort } from '../../support/ports.ts';

const GET = 'GET /echo HTTP/1.0\r\n\r\n';

const isRoot = process.getuid?.() === 0;

/** Somebody else who listens on a unix socket. */
const listener = async (t: TestContext, path: string): Promise<Server> => {
  const server = createServer().listen(path);
  t.after(() => server.close());
  await once(server, 'listening');
  return server;
};

test('a unix socket has its mode and owner, and nothing else is left in its folder', async (t) => {
  const server = unixServer(t, { mode: 0o640, owner: isRoot ? { uid: 33, gid: 34 } : null });
  const { servers } = await openServers(t, [server], [echo]);
  const { mode, uid, gid } = statSync(server.path);
  assert.equal(mode & 0o7777, 0o640);
  if (isRoot) assert.deepEqual([uid, gid], [33, 34]);
  assert.deepEqual(readdirSync(dirname(server.path)), ['socket']);
  assert.match(await ask(server, GET), / 200 OK/);
  servers.close();
  assert.deepEqual(readdirSync(dirname(server.path)), []);
});

test('a socket that a killed process has left behind is replaced', async (t) => {
  const server = unixServer(t);
  const dead = spawn(process.execPath, ['-e', `require('net').createServer().listen(${JSON.stringify(server.path)}, () => process.kill(process.pid, 9))`]);
  await once(dead, 'exit');
  assert.ok(existsSync(server.path));
  const { notices } = await openServers(t, [server], [echo]);
  assert.match(await ask(server, GET), / 200 OK/);
  assert.deepEqual(notices, []);
});

test('one that somebody listens on is told about, left alone, and opened when it is free', async (t) => {
  const server = unixServer(t);
  const other = await listener(t, server.path);
  const { notices } = await openServers(t, [server], [echo]);
  assert.deepEqual(
    notices.map(({ level, text }) => `${level} ${text}`),
    [
      `error cannot open the control interface [unix_http_server] at ${server.path}: another program listens there; end it, or choose another address`,
      'info the programs run on; opening [unix_http_server] is tried again until it succeeds',
    ],
  );
  other.close();
  await until(() => notices.length > 2);
  assert.equal(notices[2]?.text, `[unix_http_server] is open now at ${server.path}`);
  assert.match(await ask(server, GET), / 200 OK/);
});

test('in the words of supervisord', async (t) => {
  const server = unixServer(t);
  await listener(t, server.path);
  const { notices } = await openServers(t, [server], [echo], { personality: 'supervisord' });
  assert.equal(notices[0]?.level, 'critical');
  assert.match(notices[0].text, /^Another program is already listening on a port that one of our HTTP servers is configured to use\. {2}Shut/);
});

test('what is no socket is left alone', async (t) => {
  const server = unixServer(t);
  writeFileSync(server.path, 'precious');
  const { notices } = await openServers(t, [server], [echo]);
  assert.match(notices[0]?.text ?? '', /there is a file that is no socket; remove it, or choose another path$/);
  assert.equal(readFileSync(server.path, 'utf8'), 'precious');
});

test('a socket that has been replaced by another is not removed at the end', async (t) => {
  const server = unixServer(t);
  const { servers } = await openServers(t, [server], [echo]);
  const mine = join(dirname(server.path), 'other');
  await listener(t, mine);
  renameSync(mine, server.path);
  servers.close();
  assert.ok(existsSync(server.path));
});

test('a missing folder, a path that is too long, a folder that is a file', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'file'), '');
  mkdirSync(join(folder, 'x'.repeat(100)));
  const paths = [join(folder, 'none', 's'), join(folder, 'file', 's'), join(folder, 'x'.repeat(100), 's')];
  const { notices } = await openServers(
    t,
    paths.map((path) => unixServer(t, { path })),
    [echo],
  );
  const errors = notices.filter(({ level }) => level === 'error').map(({ text }) => text.replaceAll(folder, '').replace(/x{9,}/gu, 'xxx'));
  assert.deepEqual(errors.sort(), [
    'cannot open the control interface [unix_http_server] at /file/s: there is no folder /file; create it, or name a socket without a file, as in file=@tsinit',
    'cannot open the control interface [unix_http_server] at /none/s: there is no folder /none; create it, or name a socket without a file, as in file=@tsinit',
    'cannot open the control interface [unix_http_server] at /xxx/s: the path is too long for a socket; choose a shorter one',
  ]);
});

test('a port in use is told about', async (t) => {
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const { notices } = await openServers(t, [inetServer(port)], [echo]);
  assert.equal(
    notices[0]?.text,
    `cannot open the control interface [inet_http_server] at 127.0.0.1:${port}: another program listens there; end it, or choose another address`,
  );
});

test('without a password a port serves this machine alone, unless told otherwise', async (t) => {
  const [closed, open, named] = [await freePort(), await freePort(), await freePort()];
  const { notices } = await openServers(
    t,
    [inetServer(closed, { host: null }), inetServer(open, { host: null, allowUnauthenticated: true }), inetServer(named, { host: 'localhost' })],
    [echo],
  );
  for (const port of [closed, open, named]) assert.match(await ask({ host: '127.0.0.1', port }, GET), / 200 OK/);
  const others = connect({ host: '127.0.0.2', port: closed });
  const [error] = (await once(others, 'error')) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'ECONNREFUSED');
  assert.match(await ask({ host: '127.0.0.2', port: open }, GET), / 200 OK/);
  assert.deepEqual(
    notices.map(({ text }) => text),
    [
      `[inet_http_server] has no password: it serves 127.0.0.1:${closed} alone; set username and password to serve *:${closed}, or allow_unauthenticated=true`,
      `[inet_http_server] has no password: whoever reaches *:${open} controls the programs; set username and password`,
    ],
  );
});

test('a socket for everybody without a password is warned about, by tsinit', async (t) => {
  const text = async (personality: 'tsinit' | 'supervisord'): Promise<readonly string[]> =>
    (await openServers(t, [unixServer(t, { mode: 0o777 })], [echo], { personality })).notices.map((notice) => notice.text);
  assert.deepEqual(await text('tsinit'), [
    '[unix_http_server] has no password, and its mode lets every user of the container control the programs; set username and password, or chmod=0700',
  ]);
  assert.deepEqual(await text('supervisord'), []);
});

test('an IPv6 address', async (t) => {
  const probe = createServer().listen(0, '::1');
  const hasIpv6 = await Promise.race([once(probe, 'listening').then(() => true), once(probe, 'error').then(() => false)]);
  probe.close();
  if (!hasIpv6) return t.skip('this machine has no IPv6');
  const port = await freePort();
  await openServers(t, [inetServer(port, { host: '::1' })], [echo]);
  assert.match(await ask({ host: '::1', port }, GET), / 200 OK/);
});

test('another configuration opens, closes and keeps', async (t) => {
  const [kept, gone, changed] = [unixServer(t), unixServer(t), unixServer(t)];
  const { servers } = await openServers(t, [kept, gone, changed], [echo]);
  const { ino } = statSync(kept.path);
  await servers.apply([{ ...changed, mode: 0o600 }, kept]);
  assert.equal(statSync(kept.path).ino, ino);
  assert.equal(existsSync(gone.path), false);
  assert.equal(statSync(changed.path).mode & 0o777, 0o600);
  assert.match(await ask(changed, GET), / 200 OK/);
});
