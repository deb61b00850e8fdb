/** Queues of notifiers over virtual time: at once, collected, held to a rate, tried again, bounded, closing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createQueue, isQuiet, MOST_WAITING, queueDueMs, type QueueEvent, type Rules, stepQueue } from '../../../../src/world/events/notifiers/queue.ts';

const RULES: Rules = { name: 'ops', limit: null, batchMs: 0, retries: 2, retryDelayMs: 1_000 };

/** Effects of each event, as short texts. */
const play = (rules: Partial<Rules>) => {
  let queue = createQueue<string>();
  const step = (atMs: number, event: QueueEvent<string>): readonly string[] => {
    const result = stepQueue(queue, event, { ...RULES, ...rules }, atMs);
    queue = result.queue;
    return result.effects.map((effect) =>
      effect.type === 'notice' ? `${effect.level}: ${effect.text}` : `deliver ${effect.messages.join(' ')} -${effect.leftOut}`,
    );
  };
  return {
    happen: (atMs: number, message: string) => step(atMs, { type: 'happened', message }),
    delivered: (atMs: number) => step(atMs, { type: 'delivered' }),
    failed: (atMs: number) => step(atMs, { type: 'failed', problem: 'no' }),
    pass: (atMs: number) => step(atMs, { type: 'timePassed' }),
    close: (atMs: number) => step(atMs, { type: 'closing' }),
    due: () => queueDueMs(queue),
    isQuiet: () => isQuiet(queue),
  };
};

test('one delivery at a time; what happens meanwhile goes out together behind it', () => {
  const queue = play({});
  assert.ok(queue.isQuiet());
  assert.equal(queue.due(), null);
  assert.deepEqual(queue.happen(0, 'a'), ['deliver a -0']);
  assert.deepEqual(queue.happen(1, 'b'), []);
  assert.deepEqual(queue.happen(2, 'c'), []);
  assert.equal(queue.due(), null);
  assert.deepEqual(queue.delivered(3), ['deliver b c -0']);
  assert.deepEqual(queue.delivered(4), []);
  assert.ok(queue.isQuiet());
});

test('a batch waits for more, and the first counts', () => {
  const queue = play({ batchMs: 5_000 });
  assert.deepEqual(queue.happen(1_000, 'a'), []);
  assert.deepEqual(queue.happen(5_999, 'b'), []);
  assert.equal(queue.due(), 6_000);
  assert.deepEqual(queue.pass(5_999), []);
  assert.deepEqual(queue.pass(6_000), ['deliver a b -0']);
});

test('a rate counts deliveries of its period', () => {
  const queue = play({ limit: { count: 2, periodMs: 10_000 } });
  assert.deepEqual(queue.happen(0, 'a'), ['deliver a -0']);
  queue.delivered(1);
  assert.deepEqual(queue.happen(2_000, 'b'), ['deliver b -0']);
  assert.deepEqual(queue.happen(2_001, 'c'), []);
  assert.deepEqual(queue.delivered(2_002), []);
  assert.equal(queue.due(), 10_000);
  assert.deepEqual(queue.happen(3_000, 'd'), []);
  assert.deepEqual(queue.pass(10_000), ['deliver c d -0']);
  queue.delivered(10_001);
  assert.deepEqual(queue.happen(11_999, 'e'), []);
  assert.equal(queue.due(), 12_000);
});

test('tries again with a growing delay, then gives up; what waits behind it is told', () => {
  const queue = play({});
  queue.happen(0, 'a');
  queue.happen(0, 'b');
  assert.deepEqual(queue.failed(10), ['warn: notify ops could not tell of 1 event: no; next try in 1 seconds']);
  assert.equal(queue.due(), 1_010);
  assert.deepEqual(queue.pass(1_009), []);
  assert.deepEqual(queue.pass(1_010), ['deliver a -0']);
  assert.deepEqual(queue.failed(1_020), ['warn: notify ops could not tell of 1 event: no; next try in 2 seconds']);
  assert.deepEqual(queue.pass(3_020), ['deliver a -0']);
  assert.deepEqual(queue.failed(3_030), ['error: notify ops could not tell of 1 event: no; given up', 'deliver b -0']);
  queue.delivered(3_040);
  assert.deepEqual(queue.failed(3_050), []);
});

test('the delay grows to five minutes', () => {
  const queue = play({ retries: 100, retryDelayMs: 200_000 });
  queue.happen(0, 'a');
  queue.failed(0);
  queue.pass(200_000);
  queue.failed(200_000);
  assert.equal(queue.due(), 500_000);
});

test('too many: the oldest are left out, and counted', () => {
  const queue = play({});
  queue.happen(0, 'first');
  for (let count = 0; count < MOST_WAITING + 2; count += 1) queue.happen(0, `${count}`);
  const [next] = queue.delivered(1);
  assert.match(next ?? '', /^deliver 2 3 /);
  assert.match(next ?? '', / -2$/);
  assert.deepEqual(queue.failed(2), [`warn: notify ops could not tell of ${MOST_WAITING} events: no; next try in 1 seconds`]);
});

test('closing: what waits goes at once, and is tried again in short', () => {
  const queue = play({ batchMs: 60_000, limit: { count: 1, periodMs: 60_000 } });
  assert.deepEqual(queue.happen(0, 'a'), []);
  assert.deepEqual(queue.close(1), ['deliver a -0']);
  assert.deepEqual(queue.failed(2), ['warn: notify ops could not tell of 1 event: no; next try in 0.25 seconds']);
  assert.deepEqual(queue.happen(3, 'b'), []);
  assert.deepEqual(queue.pass(252), ['deliver a -0']);
  assert.deepEqual(queue.delivered(253), ['deliver b -0']);
});

test('closing ends the wait for the next try, and disturbs none that is under way', () => {
  const queue = play({ retryDelayMs: 60_000 });
  queue.happen(0, 'a');
  assert.deepEqual(queue.close(1), []);
  const other = play({ retryDelayMs: 60_000 });
  other.happen(0, 'a');
  other.failed(1);
  assert.deepEqual(other.close(2), ['deliver a -0']);
});
