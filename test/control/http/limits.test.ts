/** What clients may not do to others: be slow, many, greedy or confusing. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import type { Exchange, Surface } from '../../../src/control/exchange.ts';
import { descriptorLimit, limitsWithin } from '../../../src/control/http/limits.ts';
import type { UnixServer } from '../../../src/control/http/server-spec.ts';
import { until } from '../../support/container.ts';
import { ask, echo, openServers, readAll, unixServer } from './support.ts';

const CLOSE = 'Connection: close\r\n';
const GET = `GET /echo HTTP/1.1\r\n${CLOSE}\r\n`;

const dial = (t: TestContext, server: UnixServer): Socket => {
  const socket = connect(server);
  t.after(() => socket.destroy());
  return socket;
};

/** A surface that keeps what it is asked. */
const keeping = (): { readonly surface: Surface; readonly next: () => Promise<Exchange> } => {
  const kept: Exchange[] = [];
  return {
    surface: (exchange) => kept.push(exchange) > 0,
    next: async () => {
      await until(() => kept.length > 0);
      return kept.shift() as Exchange;
    },
  };
};

test('a head that does not come to its end', async (t) => {
  const server = unixServer(t);
  await openServers(t, [server], [echo], { limits: { headMs: 50 } });
  assert.equal(await readAll(dial(t, server)), '');
  const slow = dial(t, server);
  slow.write('GET /echo HTTP/1.1\r\nX: ');
  assert.equal(await readAll(slow), '');
});

test('a body that does not come to its end', async (t) => {
  const server = unixServer(t);
  await openServers(t, [server], [echo], { limits: { bodyMs: 50 } });
  assert.equal(await ask(server, 'POST /body HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc'), '');
});

test('a connection that is not used any more', async (t) => {
  const server = unixServer(t);
  await openServers(t, [server], [echo], { limits: { idleMs: 50 } });
  assert.match(await ask(server, 'GET /echo HTTP/1.1\r\n\r\n'), / 200 OK/);
});

test('an answer that takes its time is waited for', async (t) => {
  const server = unixServer(t);
  const { surface, next } = keeping();
  await openServers(t, [server], [surface], { limits: { headMs: 20, bodyMs: 20, idleMs: 20, stalledMs: 20 } });
  const answer = ask(server, GET);
  const exchange = await next();
  const slow = dial(t, server);
  await once(slow, 'close'); // what had 20 ms is over
  exchange.reply({ status: 200, body: 'late' });
  assert.match(await answer, /late$/);
});

test('too many connections: those between two requests give way, then the new ones are refused', async (t) => {
  const server = unixServer(t);
  const { surface, next } = keeping();
  await openServers(t, [server], [echo, surface], { limits: { connections: 3 } });
  const idle = dial(t, server);
  idle.write('GET /echo HTTP/1.1\r\n\r\n');
  await once(idle, 'data');
  const working = [dial(t, server), dial(t, server), dial(t, server)];
  const gone = once(idle, 'close');
  for (const socket of working) socket.write(`GET /work HTTP/1.1\r\n${CLOSE}\r\n`);
  const exchanges = [await next(), await next(), await next()];
  await gone;
  assert.match(await ask(server, GET), /^HTTP\/1\.1 503 Service Unavailable\r\n/);
  const answers = working.map(readAll);
  for (const exchange of exchanges) exchange.reply({ status: 200, body: 'done' });
  for (const answer of answers) assert.match(await answer, /done$/);
  assert.match(await ask(server, GET), / 200 OK/);
});

test('bodies share their room', async (t) => {
  const server = unixServer(t);
  await openServers(t, [server], [echo], { limits: { bodiesBytes: 1_000 } });
  const first = dial(t, server);
  first.write('POST /body HTTP/1.1\r\nConnection: close\r\nContent-Length: 600\r\nExpect: 100-continue\r\n\r\n');
  await once(first, 'data'); // it waits for its body now
  const post = `POST /body HTTP/1.1\r\n${CLOSE}Content-Length: 600\r\n\r\n${'x'.repeat(600)}`;
  assert.match(await ask(server, post), /^HTTP\/1\.1 503 /);
  const answer = readAll(first);
  first.write('y'.repeat(600));
  assert.match(await answer, /y{600}$/);
  assert.match(await ask(server, post), /x{600}$/);
});

test('an answer of which nothing is read', async (t) => {
  const server = unixServer(t);
  const { surface, next } = keeping();
  await openServers(t, [server], [surface], { limits: { stalledMs: 50 } });
  const socket = dial(t, server);
  socket.pause();
  socket.write('GET /big HTTP/1.1\r\n\r\n');
  const exchange = await next();
  const gone = new Promise<void>((resolve) => exchange.onGone(resolve));
  exchange.reply({ status: 200, body: 'x'.repeat(4 * 1024 * 1024) });
  await gone;
});

test('answers that wait for their readers are bounded together', async (t) => {
  const server = unixServer(t);
  const { surface, next } = keeping();
  await openServers(t, [server], [surface], { limits: { waitingBytes: 3 * 1024 * 1024 } });
  const gone: number[] = [];
  for (let index = 0; index < 3; index++) {
    const socket = dial(t, server);
    socket.pause();
    socket.write('GET /big HTTP/1.1\r\n\r\n');
    const exchange = await next();
    exchange.onGone(() => void gone.push(index));
    exchange.reply({ status: 200, body: 'x'.repeat((index === 1 ? 1.6 : 1.2) * 1024 * 1024) });
  }
  await until(() => gone.length > 0);
  assert.deepEqual(gone, [1]);
});

const streamTo = async (next: () => Promise<Exchange>): Promise<{ readonly stream: Writable; readonly exchange: Exchange }> => {
  const exchange = await next();
  return { exchange, stream: exchange.stream({ status: 200, type: 'text/plain' }) };
};

test('a stream goes on as long as its client wants', async (t) => {
  const server = unixServer(t);
  const { surface, next } = keeping();
  await openServers(t, [server], [surface], { limits: { stalledMs: 20, headMs: 20, idleMs: 20 } });
  const socket = dial(t, server);
  socket.write('GET /stream HTTP/1.1\r\n\r\n');
  const { stream, exchange } = await streamTo(next);
  const text = readAll(socket);
  stream.write('one');
  await once(dial(t, server), 'close'); // 20 ms are over
  stream.write('two');
  const gone = new Promise<void>((resolve) => exchange.onGone(resolve));
  socket.end();
  socket.destroy();
  await gone;
  await until(() => stream.destroyed);
  assert.match(await text, /Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n/);
});

test('a stream that ends, for an old client', async (t) => {
  const server = unixServer(t);
  const { surface, next } = keeping();
  await openServers(t, [server], [surface]);
  const text = ask(server, 'GET /stream HTTP/1.0\r\n\r\n');
  const { stream } = await streamTo(next);
  stream.write('one');
  stream.end('two');
  assert.match(await text, /\r\nConnection: close\r\n\r\nonetwo$/);
});

test('a stream whose reader is too slow is cut off, by what waits and by time', async (t) => {
  for (const limits of [{ unreadBytes: 100_000 }, { stalledMs: 50 }]) {
    const server = unixServer(t);
    const { surface, next } = keeping();
    await openServers(t, [server], [surface], { limits });
    const socket = dial(t, server);
    socket.pause();
    socket.write('GET /stream HTTP/1.1\r\n\r\n');
    const { stream, exchange } = await streamTo(next);
    const gone = new Promise<void>((resolve) => exchange.onGone(resolve));
    // More than a socket takes, in few enough pieces.
    for (let piece = 0; piece < 20; piece++) stream.write('x'.repeat(50_000));
    await gone;
    assert.equal(stream.write('more'), false);
  }
});

test('requests of one connection are served one after the other, and only so many wait', async (t) => {
  const server = unixServer(t);
  const { surface, next } = keeping();
  await openServers(t, [server], [surface], { limits: { pipelined: 3 } });
  const answer = ask(server, `GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\n${CLOSE}\r\n`);
  for (const path of ['/1', '/2', '/3']) {
    const exchange = await next();
    assert.equal(exchange.path, path);
    exchange.reply({ status: 200, body: path });
  }
  assert.equal((await answer).match(/HTTP\/1\.1 200 OK/g)?.length, 3);
  assert.equal(await ask(server, 'GET / HTTP/1.1\r\n\r\n'.repeat(4)), '');
});

test('a surface that throws costs its client an answer, and nobody else anything', async (t) => {
  const server = unixServer(t);
  const { notices } = await openServers(
    t,
    [server],
    [
      echo,
      () => {
        throw new Error('oops');
      },
    ],
  );
  assert.match(await ask(server, `GET /x HTTP/1.1\r\n${CLOSE}\r\n`), /^HTTP\/1\.1 500 /);
  assert.match(notices[0]?.text ?? '', /^internal error, please report it: Error: oops\n/);
  assert.equal(notices[0]?.level, 'critical');
  assert.match(await ask(server, GET), / 200 OK/);
});

test('an answer given twice, or to somebody who has gone, is none', async (t) => {
  const server = unixServer(t);
  const { surface, next } = keeping();
  await openServers(t, [server], [surface]);
  const answer = ask(server, GET);
  const exchange = await next();
  exchange.reply({ status: 200, body: 'one' });
  exchange.reply({ status: 200, body: 'two' });
  assert.match(await answer, /one$/);
  const socket = dial(t, server);
  socket.write('POST /x HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc');
  const left = await next();
  const gone = new Promise<void>((resolve) => left.onGone(resolve));
  void left.body().then(() => assert.fail('there is no whole body'));
  socket.destroy();
  await gone;
  left.reply({ status: 200, body: 'x' });
  left.stream({ status: 200, type: 'x' }).write('x');
});

test('an answer that does not wait for the body still reaches a client that sends it', async (t) => {
  const server = unixServer(t, { credentials: { username: 'u', password: 'p' } });
  await openServers(t, [server], [echo]);
  const socket = dial(t, server);
  const answer = readAll(socket);
  socket.write(`POST /body HTTP/1.1\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n`);
  await once(socket, 'data');
  socket.write('x'.repeat(1_000_000));
  assert.match(await answer, /HTTP\/1\.1 401 /);
});

test('a server that is closed serves what it has begun', async (t) => {
  const server = unixServer(t);
  const { surface, next } = keeping();
  const { servers } = await openServers(t, [server], [echo, surface]);
  const [idle, silent] = [dial(t, server), dial(t, server)];
  idle.write('GET /echo HTTP/1.1\r\n\r\n');
  await once(idle, 'data');
  const answer = ask(server, 'GET /work HTTP/1.1\r\n\r\n');
  const exchange = await next();
  const ended = Promise.all([once(idle, 'close'), once(silent, 'close')]);
  servers.close();
  await ended;
  exchange.reply({ status: 200, body: 'done' });
  assert.match(await answer, /done$/);
});

test('with few descriptors there are fewer connections', () => {
  assert.equal(limitsWithin(Infinity).connections, 256);
  assert.deepEqual([limitsWithin(1_024).connections, limitsWithin(1_024).refused], [256, 64]);
  assert.deepEqual([limitsWithin(64).connections, limitsWithin(64).refused], [16, 4]);
  assert.deepEqual([limitsWithin(5).connections, limitsWithin(5).refused], [4, 1]);
  assert.ok(descriptorLimit() > 0);
});
