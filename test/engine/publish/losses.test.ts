/** Lost events are told once a second while they last, and before the end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLossTeller } from '../../../src/engine/publish/losses.ts';
import { fakeClock } from '../support/bench.ts';

test('one line a second while events are lost, and no timer after it', () => {
  const clock = fakeClock();
  const lines: string[] = [];
  const { lose, tell } = createLossTeller(clock, (text) => void lines.push(text));
  for (let serial = 0; serial < 25; serial += 1) {
    clock.advanceTo(serial * 100);
    lose({ kind: 'overflow', pool: 'lis', serial });
  }
  assert.deepEqual(
    lines.map((line) => line.replace(/^.* discarding /, '')),
    ['event 0', '9 events, from event 1 to event 9', '10 events, from event 10 to event 19'],
  );
  tell();
  assert.match(lines.at(-1) ?? '', /discarding 5 events, from event 20 to event 24/);
  tell();
  clock.advanceTo(100_000);
  assert.equal(lines.length, 4);
  assert.deepEqual(clock.armed(), []);
  lose({ kind: 'overflow', pool: 'lis', serial: 99 });
  assert.match(lines.at(-1) ?? '', /discarding event 99/);
});
