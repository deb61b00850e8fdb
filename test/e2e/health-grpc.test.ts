/** health_grpc with the built file: readiness with the first SERVING, unhealthy when that ends. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http2';
import type { ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { once as job, steady, supervise } from '../support/supervise.ts';

/** Answers with that state until the test says another one; `asked` comes with each question. */
const healthService = async (t: TestContext) => {
  let state = 2;
  const server = createServer();
  server.on('stream', (stream: ServerHttp2Stream) => {
    stream.on('error', () => {});
    stream.resume();
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.from([0, 0, 0, 0, 2, 8, state]));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return {
    port: (server.address() as AddressInfo).port,
    say: (now: number): void => void (state = now),
    asked: () => once(server, 'stream'),
  };
};

test('not serving, serving, not serving any more', { timeout: 60_000 }, async (t) => {
  const { port, say, asked } = await healthService(t);
  const first = asked();
  const options = `health_grpc=127.0.0.1:${port}/my.Service\nhealth_interval=1\nhealth_retries=1\nhealth_start_period=0\nhealth_action=none\nready_on=check`;
  const container = await supervise(t, `${steady('web', 'sleep 1000', options)}${job('after', 'echo after', 'depends_on=web:ready')}`);
  await first;
  await container.stderr.line(new RegExp(`unhealthy: web \\(health check failed once: 127\\.0\\.0\\.1:${port}/my\\.Service answered NOT_SERVING\\)`));
  assert.doesNotMatch(container.stdout.text(), /after/);
  say(1);
  await container.stdout.line(/^after +\| after$/);
  say(2);
  await container.stderr.line(/unhealthy: web \(.*NOT_SERVING\)/, 2);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});
