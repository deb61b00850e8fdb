/** Events that listeners lose: the first is told at once, the others once a second. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyOf, lose, tellLosses } from '../../../../src/world/events/listeners/losses.ts';
import type { Loss, Losses } from '../../../../src/world/events/listeners/losses.ts';

const overflow = (serial: number): Loss => ({ kind: 'overflow', pool: 'lis', serial });
const oversize = (bytes: number): Loss => ({ kind: 'oversize', name: 'TICK_5', bytes, most: 10 });

const play = (...losses: readonly Loss[]): readonly (string | null)[] => {
  let now: Losses | null = null;
  const texts: (string | null)[] = [];
  for (const loss of losses) {
    const result = lose(now, loss, 100);
    now = result.losses;
    texts.push(result.text);
  }
  for (let second = 1; now !== null; second += 1) {
    assert.equal(now.dueMs, 100 + (second - 1) * 1_000 + 1_000);
    const told = tellLosses(now, now.dueMs);
    now = told.losses;
    texts.push(told.text);
  }
  return texts;
};

test('the first loss has supervisord’s words; nothing follows when there is no other', () => {
  assert.deepEqual(play(overflow(1)), ['pool lis event buffer overflowed, discarding event 1', null]);
});

test('those of a second are one line with their number; a second without losses ends it', () => {
  assert.deepEqual(play(overflow(1), overflow(2), overflow(7), overflow(8)), [
    'pool lis event buffer overflowed, discarding event 1',
    null,
    null,
    null,
    'pool lis event buffer overflowed, discarding 3 events, from event 2 to event 8',
    null,
  ]);
  assert.deepEqual(play(overflow(1), overflow(2)).slice(2), ['pool lis event buffer overflowed, discarding event 2', null]);
});

test('events that are too large are told in the same way', () => {
  assert.deepEqual(play(oversize(11), oversize(12), oversize(13)), [
    'discarding an event TICK_5 of 11 bytes: at most 10 can be sent to listeners',
    null,
    null,
    'discarding 2 events, for example: discarding an event TICK_5 of 13 bytes: at most 10 can be sent to listeners',
    null,
  ]);
});

test('each pool counts for itself', () => {
  assert.notEqual(keyOf(overflow(1)), keyOf({ kind: 'overflow', pool: 'other', serial: 1 }));
  assert.equal(keyOf(oversize(11)), keyOf(oversize(12)));
});
