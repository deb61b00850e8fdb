/** Health checks of gRPC servers against a server that says what the test wants: HTTP/2 without TLS, frames and trailers by hand. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http2';
import type { ServerHttp2Stream } from 'node:http2';
import { createServer as createPlain } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { type TestContext, test } from 'node:test';
import { probeGrpc } from '../../../src/kernel/probes/grpc-probe.ts';

const limit = { timeout: 60_000 };
const PATIENCE_MS = 30_000;
const HEAD = { ':status': 200, 'content-type': 'application/grpc' };

type Asked = { readonly path: string; readonly body: string };

/** Its port, and what it is asked. */
const listening = async (t: TestContext, server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
};

const grpcServer = async (t: TestContext, answer: (stream: ServerHttp2Stream) => void): Promise<{ readonly port: number; readonly asked: Asked[] }> => {
  const asked: Asked[] = [];
  const server = createServer();
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    const pieces: Buffer[] = [];
    stream.on('error', () => {});
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.on('end', () => {
      asked.push({
        path: `${String(headers[':method'])} ${String(headers[':path'])} ${String(headers['content-type'])} ${String(headers['te'])}`,
        body: Buffer.concat(pieces).toString('hex'),
      });
      answer(stream);
    });
  });
  const port = await listening(t, server);
  return { port, asked };
};

const reply =
  (body: string, status = '0', message = '') =>
  (stream: ServerHttp2Stream): void => {
    stream.respond(HEAD, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status, ...(message === '' ? {} : { 'grpc-message': message }) }));
    stream.end(Buffer.from(body, 'hex'));
  };

const probe = (port: number, service = '', timeoutMs = PATIENCE_MS): Promise<string | null> =>
  new Promise((resolve) => probeGrpc({ host: '127.0.0.1', port, service }, timeoutMs, resolve));

test('serving is well; the question is as the service defines it', limit, async (t) => {
  const { port, asked } = await grpcServer(t, reply('00000000020801'));
  assert.equal(await probe(port), null);
  assert.equal(await probe(port, 'my.Service'), null);
  assert.equal(await probe(port, 'x'.repeat(200)), null);
  const path = 'POST /grpc.health.v1.Health/Check application/grpc trailers';
  assert.deepEqual(asked, [
    { path, body: '0000000000' },
    { path, body: `000000000c0a0a${Buffer.from('my.Service').toString('hex')}` },
    { path, body: `00000000cb0ac801${'78'.repeat(200)}` },
  ]);
});

for (const [body, expected] of [
  ['00000000020802', /^127\.0\.0\.1:\d+ answered NOT_SERVING$/],
  ['00000000020803', /answered SERVICE_UNKNOWN$/],
  ['0000000000', /answered UNKNOWN$/],
  ['', /answered UNKNOWN$/],
  ['0000000002080f', /answered state 15$/],
] as const)
  test(`not serving: ${body}`, limit, async (t) => {
    const { port } = await grpcServer(t, reply(body));
    assert.match((await probe(port)) ?? '', expected);
  });

test('the service is named', limit, async (t) => {
  const { port } = await grpcServer(t, reply('00000000020802'));
  assert.match((await probe(port, 'my.Service')) ?? '', /^127\.0\.0\.1:\d+\/my\.Service answered NOT_SERVING$/);
});

test('a refusal is told with its code and words, in the trailers or in the head', limit, async (t) => {
  const late = await grpcServer(t, reply('', '12', 'unknown%20service%'));
  assert.match((await probe(late.port)) ?? '', /refused the check with gRPC status 12: unknown%20service%$/);
  const { port } = await grpcServer(t, (stream) => stream.respond({ ...HEAD, 'grpc-status': '5', 'grpc-message': 'no%20such' }, { endStream: true }));
  assert.match((await probe(port)) ?? '', /refused the check with gRPC status 5: no such$/);
  const bare = await grpcServer(t, reply('', '14'));
  assert.match((await probe(bare.port)) ?? '', /with gRPC status 14$/);
});

test('who speaks something else is told so', limit, async (t) => {
  const web = await grpcServer(t, (stream) => {
    stream.respond({ ':status': 404 });
    stream.end('nothing here');
  });
  assert.match((await probe(web.port)) ?? '', /does not answer as a gRPC server \(HTTP status 404\)$/);
  const talker = await grpcServer(t, (stream) => {
    stream.respond(HEAD);
    stream.end(Buffer.alloc(200_000));
  });
  assert.match((await probe(talker.port)) ?? '', /answered more than a health service does$/);
  const plain = await listening(
    t,
    createPlain((socket) => void socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  );
  assert.match((await probe(plain)) ?? '', /^(cannot ask 127\.0\.0\.1:\d+: |127\.0\.0\.1:\d+ has closed the connection)/);
});

test('nobody listens, or nobody answers; who gives up hears nothing', limit, async (t) => {
  const gone = createPlain();
  const port = await listening(t, gone);
  gone.close();
  await once(gone, 'close');
  assert.match((await probe(port)) ?? '', /^cannot ask 127\.0\.0\.1:\d+: .*ECONNREFUSED/);
  const silent = await grpcServer(t, () => {});
  assert.match((await probe(silent.port, '', 50)) ?? '', /^no answer from 127\.0\.0\.1:\d+ within 0\.05 seconds$/);
  const answers: (string | null)[] = [];
  const stop = probeGrpc({ host: '::1', port: silent.port, service: '' }, 50, (problem) => answers.push(problem));
  stop();
  assert.match((await probe(silent.port, '', 200)) ?? '', /^no answer/); // longer than the other one had
  assert.deepEqual(answers, []);
});
