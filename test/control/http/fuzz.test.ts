/** Nonsense on many connections: it costs bounded memory, and whoever asks properly is served all the time. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import type { UnixServer } from '../../../src/control/http/server-spec.ts';
import { until } from '../../support/container.ts';
import { ask, basic, echo, openServers, readAll, unixServer } from './support.ts';

const LOGIN = basic('u:p');
const GOOD = `GET /echo HTTP/1.1\r\nConnection: close\r\n${LOGIN}\r\n`;
const BODY = `POST /body HTTP/1.1\r\n${LOGIN}Content-Length: 10\r\n\r\n0123456789`;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Pieces of requests, so that the way beyond the parser is found often. */
const words = fc.constantFrom(
  'GET ',
  'POST ',
  'HEAD ',
  'CONNECT ',
  '/echo',
  '/body',
  '/..',
  '%2e%2e',
  '*',
  'http://x/echo',
  ' HTTP/1.1',
  ' HTTP/1.0',
  ' HTTP/9.9',
  '\r\n',
  '\n',
  '\r',
  '\0',
  ': ',
  ',',
  'Host',
  'Content-Length',
  'Transfer-Encoding',
  'chunked',
  'Connection',
  'keep-alive',
  'close',
  'Upgrade',
  'websocket',
  'Expect',
  '100-continue',
  'Origin',
  'Authorization',
  'Basic ',
  'dTpw',
  '10',
  '-1',
  '1e3',
  '99999999999999999999',
  '0',
  '5\r\nabcde\r\n',
  '0\r\n\r\n',
  LOGIN,
  GOOD,
  BODY,
  GOOD.slice(0, 40),
  'x'.repeat(5_000),
  '\t',
  ';q=1',
  '?a=%',
);

const hostile = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.array(words, { maxLength: 25 }).map((parts) => Buffer.from(parts.join(''), 'latin1')),
  // A good request with something wrong in it.
  fc
    .tuple(fc.constantFrom(GOOD, BODY), fc.nat(200), fc.string({ maxLength: 8 }), fc.nat(8))
    .map(([text, at, more, without]) => Buffer.from(text.slice(0, at) + more + text.slice(at + without), 'latin1')),
);

const send = async (server: UnixServer, bytes: Buffer, cuts: readonly number[], end: 'end' | 'destroy'): Promise<string> => {
  const socket: Socket = connect(server);
  const answer = readAll(socket);
  let from = 0;
  for (const cut of [...cuts.map((each) => each % (bytes.length + 1)).sort((left, right) => left - right), bytes.length]) {
    if (socket.destroyed) break;
    await new Promise<void>((resolve) => void socket.write(bytes.subarray(from, cut), () => resolve()));
    from = cut;
  }
  if (end === 'end') socket.end();
  else socket.destroy();
  return answer;
};

test('whatever comes, however it is cut', async (t) => {
  const server = unixServer(t, { credentials: { username: 'u', password: 'p' } });
  const { notices } = await openServers(t, [server], [echo], { limits: { headMs: 500, bodyMs: 500, idleMs: 500, lingerMs: 100 } });
  await fc.assert(
    fc.asyncProperty(hostile, fc.array(fc.nat(5_000), { maxLength: 4 }), fc.constantFrom('end', 'destroy'), async (bytes, cuts, end) => {
      const [answer, good] = await Promise.all([send(server, bytes, cuts, end), ask(server, GOOD)]);
      assert.ok(answer === '' || answer.startsWith('HTTP/1.1 '), answer);
      assert.match(good, /^HTTP\/1\.1 200 OK\r\n[\s\S]*"access":"admin"\}$/);
    }),
    { numRuns: 400, endOnFailure: true },
  );
  assert.deepEqual(
    notices.filter(({ level }) => level !== 'warn'),
    [],
  );
});

test('memory stays where it is, whatever clients leave behind', async (t) => {
  const server = unixServer(t);
  await openServers(t, [server], [echo], { limits: { headMs: 50, bodyMs: 50, idleMs: 50, lingerMs: 50, connections: 40, bodiesBytes: 1_000_000 } });
  const round = async (): Promise<void> => {
    const bytes = [
      Buffer.from(`GET /echo HTTP/1.1\r\nX: ${'x'.repeat(15_000)}`),
      Buffer.from(`POST /body HTTP/1.1\r\nContent-Length: 900000\r\n\r\n${'x'.repeat(300_000)}`),
      Buffer.from('GET /echo HTTP/1.1\r\n\r\n'.repeat(30)),
      Buffer.from('x'),
      Buffer.alloc(0),
    ];
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => {
        const socket = connect(server);
        const answer = readAll(socket);
        socket.write(bytes[index % bytes.length] ?? '');
        return answer;
      }),
    );
  };
  const used = (): number => {
    collectGarbage();
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return heapUsed + external + arrayBuffers;
  };
  for (let rounds = 0; rounds < 3; rounds++) await round();
  const before = used();
  for (let rounds = 0; rounds < 7; rounds++) await round();
  // What belongs to closed sockets is given back some turns after they were collected. A leak would never come down again.
  await until(() => used() < before + 2 * 1024 * 1024);
  assert.match(await ask(server, 'GET /echo HTTP/1.0\r\n\r\n'), / 200 OK/);
});
