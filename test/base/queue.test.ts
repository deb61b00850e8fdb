/** The queue against an array that does the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { added, emptyQueue, listed, oldest, putFirst, type Queue, taken } from '../../src/base/queue.ts';

test('a queue holds what an array would', () => {
  const operation = fc.oneof(fc.record({ type: fc.constantFrom('add', 'putFirst'), value: fc.nat() }), fc.constant({ type: 'take', value: 0 }));
  fc.assert(
    fc.property(fc.array(operation), (operations) => {
      let queue: Queue<number> = emptyQueue;
      const model: number[] = [];
      for (const { type, value } of operations) {
        if (type === 'take') {
          const next = taken(queue);
          assert.equal(next?.first, model.shift());
          queue = next?.rest ?? queue;
        } else {
          queue = type === 'add' ? added(queue, value) : putFirst(queue, value);
          if (type === 'add') model.push(value);
          else model.unshift(value);
        }
        assert.deepEqual(listed(queue), model);
        assert.equal(queue.size, model.length);
        for (const count of [1, 3]) assert.deepEqual(oldest(queue, count), model.slice(0, count));
      }
    }),
  );
});
