/** Who comes in where no password is asked for: processes at abstract sockets, pages in browsers. */
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { refusalOf } from '../../../src/control/http/browsers.ts';
import { createDoor } from '../../../src/control/http/doors.ts';
import { createLogins } from '../../../src/control/http/logins.ts';
import { createSlowDown } from '../../../src/control/http/slow-down.ts';
import { loadNative } from '../../../src/kernel/load-native.ts';
import { peerOf } from '../../../src/kernel/sockets/peer.ts';
import { addonPath } from '../../logs/support/real.ts';
import type { AbstractServer, Peer } from '../../../src/control/http/server-spec.ts';
import { ask, echo, inetServer, openServers, unixServer } from './support.ts';

const GET = 'GET /echo HTTP/1.0\r\n\r\n';
const uid = process.geteuid?.() ?? 0;

let names = 0;
const abstractServer = (): AbstractServer => ({
  kind: 'abstract',
  section: 'unix_http_server',
  name: `tsinit-test-doors-${process.pid}-${++names}`,
  credentials: null,
  access: 'admin',
  otherLogins: [],
});

const answerTo = async (
  t: Parameters<typeof openServers>[0],
  peer: Peer | null,
): Promise<{ readonly status: string | undefined; readonly line: string | undefined }> => {
  const server = abstractServer();
  const { notices } = await openServers(t, [server], [echo], { peerOf: () => peer });
  const answer = await ask({ path: `\0${server.name}` }, GET);
  return { status: / (\d+) /.exec(answer)?.[1], line: notices[0]?.text };
};

test('an abstract socket lets in whoever runs as we do, and root', async (t) => {
  assert.deepEqual(await answerTo(t, { pid: 9, uid, gid: 5 }), { status: '200', line: undefined });
  assert.deepEqual(await answerTo(t, { pid: 9, uid: 0, gid: 5 }), { status: '200', line: undefined });
  assert.deepEqual(await answerTo(t, { pid: 9, uid: uid + 1, gid: uid }), {
    status: '403',
    line: `process 9 of user ${uid + 1} was not let in by [unix_http_server]`,
  });
  for (const peer of [{ pid: 0, uid, gid: 5 }, null]) {
    assert.deepEqual(await answerTo(t, peer), { status: '403', line: 'a process of another container was not let in by [unix_http_server]' });
  }
});

test('the kernel says who that is', async (t) => {
  const native = loadNative(await addonPath());
  const server = abstractServer();
  await openServers(t, [server], [echo], { peerOf: (fd) => peerOf(native, fd) });
  assert.match(await ask({ path: `\0${server.name}` }, GET), / 200 OK/);
});

test('pages of other sites, by Origin', () => {
  const server = inetServer(1, { credentials: { username: 'u', password: 'p' } });
  const FOREIGN = 'A page of another site may not do this.';
  assert.equal(refusalOf(server, { host: 'box:9001', origin: 'http://box:9001' }), null);
  assert.equal(refusalOf(server, { host: 'BOX:9001', origin: 'https://box:9001' }), null);
  assert.equal(refusalOf(server, { host: 'box:9001' }), null);
  for (const origin of ['http://box', 'http://evil:9001', 'null', 'box:9001', 'http://box:9001/x', '']) {
    assert.equal(refusalOf(server, { host: 'box:9001', origin }), FOREIGN);
  }
  assert.equal(refusalOf(server, { host: 'box', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }), FOREIGN);
  assert.equal(refusalOf(server, { host: 'box', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }), null);
});

test('names that lead here by surprise, for browsers and without a password', () => {
  const open = inetServer(1, { host: 'box.example' });
  const browser = { 'accept-language': 'en' };
  for (const host of ['10.0.0.1:9001', '127.0.0.1', '[::1]:9001', 'localhost:9001', 'x.localhost', 'web:9001', 'box.example:1']) {
    assert.equal(refusalOf(open, { ...browser, host }), null, host);
  }
  for (const host of ['evil.example', 'evil.example:9001', '1.2.3.4.evil.example', 'evil.']) {
    assert.match(refusalOf(open, { ...browser, host }) ?? '', /^This server has no password/, host);
    assert.equal(refusalOf(open, { host }), null);
    assert.equal(refusalOf({ ...open, credentials: { username: 'u', password: 'p' } }, { ...browser, host }), null);
  }
});

test('a refused page is told why', async (t) => {
  const server = unixServer(t);
  await openServers(t, [server], [echo]);
  const answer = await ask(server, 'POST /body HTTP/1.1\r\nHost: a\r\nOrigin: http://b\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx');
  assert.match(answer, /^HTTP\/1\.1 403 Forbidden\r\n[\s\S]*<p>A page of another site may not do this\.\r\n/);
});

test('guessers are known by their network', () => {
  const spec = inetServer(1, { credentials: { username: 'u', password: 'p' } });
  const seen: string[] = [];
  const door = createDoor({
    spec,
    logins: createLogins([{ username: 'u', password: 'p', access: 'admin' }]),
    slowDown: createSlowDown(() => 0),
    peerOf: () => null,
    ownUid: 0,
    onFailure: (text) => void seen.push(/\((.*)\)/.exec(text)?.[1] ?? ''),
  });
  const headers = { authorization: `Basic ${Buffer.from('u:x').toString('base64')}` };
  for (const remoteAddress of ['10.1.2.3', '::ffff:10.1.2.3', '2001:db8:1:2:3:4:5:6', '2001:db8::5', '::1', undefined]) {
    // The parts of a socket and a request that are looked at.
    const gate = door({ remoteAddress } as Socket);
    gate?.({ headers } as IncomingMessage, () => {});
  }
  assert.deepEqual(seen, ['10.1.2.3', '10.1.2.3', '2001:db8:1:2::/64', '2001:db8:0:0::/64', '0:0:0:0::/64', '']);
});
