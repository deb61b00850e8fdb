/** Copies of the sockets that init holds: waited for one connection at a time, dropped with the list that they were asked for in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHeldSockets } from '../../../src/kernel/sockets/held-sockets.ts';
import type { ListenRequest } from '../../../src/kernel/kernel.ts';

const request = (port: number): ListenRequest => ({ address: '*', port, backlog: 1, mode: 0, owner: null });

const setUp = () => {
  const acts: string[] = [];
  const held = createHeldSockets({
    native: {
      arm: (fd, interest, token) => (acts.push(`arm ${fd} ${interest} ${token}`), 0),
      disarm: (fd) => void acts.push(`disarm ${fd}`),
      close: (fd) => (acts.push(`close ${fd}`), 0),
    },
    firstToken: 1000,
    listen: (number, requests) => void acts.push(`listen ${number}: ${requests.map(({ port }) => port).join(' ')}`),
    onAnswer: (index) => void acts.push(`answer ${index}`),
  });
  return { held, acts: () => acts.splice(0) };
};

test('asked for, answered, waited for once', () => {
  const { held, acts } = setUp();
  held.hold([request(1), request(2)]);
  assert.deepEqual([held.stateOf(0), held.stateOf(1)], ['asked', 'asked']);
  held.arm(0, () => assert.fail('nothing is there to wait for'));
  held.onListening({ number: 1, index: 0, errno: 0, fd: 7 });
  held.onListening({ number: 1, index: 1, errno: 98, fd: null });
  assert.deepEqual([held.stateOf(0), held.stateOf(1)], ['open', 98]);
  assert.deepEqual(acts(), ['listen 1: 1 2', 'answer 0', 'answer 1']);
  const came: string[] = [];
  held.arm(0, () => void came.push('former'));
  held.arm(0, () => void came.push('latter'));
  held.arm(1, () => void came.push('never'));
  held.disarm(1);
  assert.deepEqual(acts(), ['arm 7 1 1007'], 'armed already');
  held.onReady(1007);
  held.onReady(1007);
  held.onReady(1008);
  assert.deepEqual(came, ['latter']);
  held.disarm(0);
  held.arm(0, () => void came.push('again'));
  held.disarm(0);
  assert.deepEqual(acts(), ['arm 7 1 1007', 'disarm 7']);
});

test('another list: what was held is closed, and late answers for the former are dropped', () => {
  const { held, acts } = setUp();
  held.hold([request(1)]);
  held.onListening({ number: 1, index: 0, errno: 0, fd: 7 });
  held.hold([request(2), request(3)]);
  assert.equal(held.stateOf(0), 'asked');
  held.onListening({ number: 1, index: 0, errno: 0, fd: 8 });
  held.onListening({ number: 1, index: 1, errno: 98, fd: null });
  held.onListening({ number: 2, index: 1, errno: 98, fd: null });
  held.hold([]);
  assert.deepEqual(acts(), ['listen 1: 1', 'answer 0', 'close 7', 'listen 2: 2 3', 'close 8', 'answer 1', 'listen 3: ']);
});
