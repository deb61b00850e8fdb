/** What a successor makes of what its predecessor kept of a pool. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed } from '../../../src/base/queue.ts';
import { restorePool, savePool } from '../../../src/services/listeners/memo.ts';
import { createPool, stepPool } from '../../../src/services/listeners/pool.ts';
import type { Pool, PoolInput } from '../../../src/services/listeners/types.ts';

const fresh = (): Pool => createPool({ name: 'lis', events: ['TICK'], bufferSize: 1_000, processes: ['a', 'b', 'new'] });

const event = (serial: number, bytes = 1): PoolInput => ({
  type: 'published',
  serial,
  name: 'TICK_5',
  body: new Uint8Array(bytes).fill(serial),
  characters: bytes,
});

/** a is BUSY with event 0, b with event 1; the others wait. */
const played = (events: readonly PoolInput[]): Pool => {
  const begin: readonly PoolInput[] = ['a', 'b'].flatMap((listener): readonly PoolInput[] => [
    { type: 'changed', listener, run: 1, isRunning: true, isAlive: true },
    { type: 'heard', listener, run: 1, text: 'READY\n', piece: 1 },
  ]);
  return [...begin, ...events].reduce<Pool>((pool, input) => stepPool(pool, input).pool, { ...fresh(), listeners: fresh().listeners.slice(0, 2) });
};

const takeOver = (pool: Pool, isSent = true, into = fresh()): Pool => {
  const { saved, bodies } = savePool(pool);
  const queue = [...bodies];
  const next = (bytes: number): Uint8Array => {
    const body = queue.shift() ?? new Uint8Array(0);
    assert.equal(body.length, bytes);
    return body;
  };
  const restored = restorePool(into, JSON.parse(JSON.stringify(saved)), next, () => isSent);
  assert.equal(queue.length, 0);
  return restored;
};

test('listeners, events in hand and waiting ones are as they were; nobody runs before it is said', () => {
  const before = played([event(0), event(1), event(2, 3), event(3)]);
  const after = takeOver(before);
  assert.deepEqual(listed(after.waiting), listed(before.waiting));
  assert.deepEqual(
    after.listeners.slice(0, 2),
    before.listeners.map((listener) => ({ ...listener, isRunning: false })),
  );
  assert.deepEqual([after.listeners[2]?.state, after.nextSerial], ['ACKNOWLEDGED', 4]);
});

test('an event that was not written waits again, and its listener may answer twice', () => {
  const after = takeOver(played([event(0), event(1), event(2)]), false);
  assert.deepEqual(
    listed(after.waiting).map(({ serial }) => serial),
    [0, 1, 2],
  );
  assert.deepEqual(
    after.listeners.map(({ state, mayAnswerTwice, event: inHand }) => [state, mayAnswerTwice, inHand]),
    [
      ['READY', true, null],
      ['READY', true, null],
      ['ACKNOWLEDGED', false, null],
    ],
  );
});

test('of many waiting events the first ones are kept, and it is known how many were not', () => {
  const all = Array.from({ length: 100 }, (_, serial) => event(serial));
  const { saved } = savePool(played(all));
  assert.deepEqual([saved.waiting.length, saved.waiting[0]?.serial, saved.left], [64, 2, 34]);
  const { saved: large } = savePool(played([event(0), event(1), event(2, 100_000), event(3, 100_000)]));
  assert.deepEqual([large.waiting.length, large.left], [1, 1]);
});

test('a very large event in hand is kept without its text', () => {
  const after = takeOver(played([event(0, 200_000)]));
  assert.deepEqual([after.listeners[0]?.state, after.listeners[0]?.event], ['BUSY', null]);
  const unsent = takeOver(played([event(0, 200_000)]), false);
  assert.deepEqual([unsent.listeners[0]?.state, unsent.waiting.size], ['READY', 0]);
});

test('what a pool that is gone had is passed over', () => {
  const after = takeOver(played([event(0), event(1), event(2)]), true, createPool({ name: 'lis', events: [], bufferSize: 1, processes: [] }));
  assert.deepEqual(after.listeners, []);
});
