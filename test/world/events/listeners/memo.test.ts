/** What a successor makes of what its predecessor kept of a pool. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed } from '../../../../src/base/queue.ts';
import { loadEvents, restorePool, savePool, saveWaiting } from '../../../../src/world/events/listeners/memo.ts';
import type { NextBytes, Restored } from '../../../../src/world/events/listeners/memo.ts';
import { createPool, stepPool } from '../../../../src/world/events/listeners/pool.ts';
import type { Pool, PoolInput } from '../../../../src/world/events/listeners/types.ts';

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

const bodiesOf = (bodies: readonly Uint8Array[]): NextBytes => {
  const queue = [...bodies];
  return (bytes) => {
    const body = queue.shift() ?? new Uint8Array(0);
    assert.equal(body.length, bytes);
    return body;
  };
};

/** `known`: the pool as it was when the second part was saved. */
const takeOver = (pool: Pool, isSent = true, known = pool, into = fresh()): Restored => {
  const { saved, bodies } = savePool(pool);
  const waiting = saveWaiting(known);
  const events = loadEvents(JSON.parse(JSON.stringify(waiting.saved)), bodiesOf(waiting.bodies));
  return restorePool(into, JSON.parse(JSON.stringify(saved)), events, bodiesOf(bodies), () => isSent);
};

const serialsOf = ({ pool }: Restored): readonly number[] => listed(pool.waiting).map(({ serial }) => serial);

test('listeners, events in hand and waiting ones are as they were; nobody runs before it is said', () => {
  const before = played([event(0), event(1), event(2, 3), event(3)]);
  const { pool: after, lost } = takeOver(before);
  assert.deepEqual(listed(after.waiting), listed(before.waiting));
  assert.deepEqual(
    after.listeners.slice(0, 2),
    before.listeners.map((listener) => ({ ...listener, isRunning: false })),
  );
  assert.deepEqual([after.listeners[2]?.state, after.nextSerial, lost], ['ACKNOWLEDGED', 4, 0]);
});

test('an event that was not written waits again, and its listener may answer twice', () => {
  const after = takeOver(played([event(0), event(1), event(2)]), false);
  assert.deepEqual(serialsOf(after), [0, 1, 2]);
  assert.deepEqual(
    after.pool.listeners.map(({ state, mayAnswerTwice, event: inHand }) => [state, mayAnswerTwice, inHand]),
    [
      ['READY', true, null],
      ['READY', true, null],
      ['ACKNOWLEDGED', false, null],
    ],
  );
});

test('events that do not wait any more are not sent again; those that came since are counted as lost', () => {
  const early = played([event(0), event(1), event(2), event(3)]);
  const ok: PoolInput = { type: 'heard', listener: 'a', run: 1, text: 'RESULT 2\nOKREADY\n', piece: 2 };
  const late = [ok, event(4), event(5)].reduce<Pool>((pool, input) => stepPool(pool, input).pool, early);
  const after = takeOver(late, true, early);
  assert.deepEqual([serialsOf(after), after.lost, after.pool.nextSerial], [[3], 2, 6]);
});

test('numbers go on behind what was saved last', () => {
  const early = played([event(0), event(1)]);
  const after = takeOver(early, true, stepPool(early, event(2)).pool);
  assert.deepEqual([serialsOf(after), after.pool.nextSerial], [[2], 3]);
});

test('of many waiting events the first ones are kept, and it is known how many were not', () => {
  const many = takeOver(played(Array.from({ length: 100 }, (_, serial) => event(serial))));
  assert.deepEqual([serialsOf(many).length, serialsOf(many)[0], many.lost], [64, 2, 34]);
  const large = takeOver(played([event(0), event(1), event(2, 100_000), event(3, 100_000)]));
  assert.deepEqual([serialsOf(large), large.lost], [[2], 1]);
});

test('a very large event in hand is kept without its text', () => {
  const after = takeOver(played([event(0, 200_000)]));
  assert.deepEqual([after.pool.listeners[0]?.state, after.pool.listeners[0]?.event], ['BUSY', null]);
  const unsent = takeOver(played([event(0, 200_000)]), false);
  assert.deepEqual([unsent.pool.listeners[0]?.state, serialsOf(unsent)], ['READY', []]);
});

test('what listeners that are gone had is passed over', () => {
  const none = createPool({ name: 'lis', events: [], bufferSize: 1, processes: [] });
  const played3 = played([event(0), event(1), event(2)]);
  assert.deepEqual(takeOver(played3, true, played3, none).pool.listeners, []);
});
