/** Nonsense on many connections: it costs bounded memory, and whoever asks properly is served all the time. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { until } from '../../support/container.ts';
import { GOOD, hostileBytes, sendInPieces } from './hostile.ts';
import { ask, echo, openServers, readAll, unixServer } from './support.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('whatever comes, however it is cut', async (t) => {
  const server = unixServer(t, { credentials: { username: 'u', password: 'p' } });
  const { notices } = await openServers(t, [server], [echo], { limits: { headMs: 500, bodyMs: 500, idleMs: 500, lingerMs: 100 } });
  await fc.assert(
    fc.asyncProperty(hostileBytes(), fc.array(fc.nat(5_000), { maxLength: 4 }), fc.constantFrom('end', 'destroy'), async (bytes, cuts, end) => {
      const [answer, good] = await Promise.all([sendInPieces(server, bytes, cuts, end), ask(server, GOOD)]);
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
