/** The real clock: monotonic, the same as init's, and its timers do not fire early. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { monotonicClock } from '../../src/kernel/clock.ts';

test('it is the clock that the kernel counts uptime with', () => {
  const before = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;
  const now = monotonicClock.nowMs();
  const after = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000 + 10;
  // uptime counts suspended time too: on a machine that slept it is ahead by that.
  assert.ok(now <= after, `${now} is ahead of ${after}`);
  assert.ok(now > 0 && before > 0);
});

test('it never goes back', () => {
  let last = 0;
  for (let round = 0; round < 1000; round += 1) {
    const now = monotonicClock.nowMs();
    assert.ok(now >= last);
    last = now;
  }
});

test('a timer fires at its time or after it, one that is overdue at once, and not before others have had their turn', async () => {
  for (const delayMs of [-1000, 0, 0.4, 3.7]) {
    const dueMs = monotonicClock.nowMs() + delayMs;
    let isArmed = false;
    await new Promise<void>((resolve) => {
      monotonicClock.at(dueMs, () => {
        assert.ok(isArmed, 'not inside at()');
        assert.ok(monotonicClock.nowMs() >= dueMs);
        resolve();
      });
      isArmed = true;
    });
  }
});

test('what was cancelled does not fire: a later timer comes first', async () => {
  let fired = false;
  const dueMs = monotonicClock.nowMs();
  const cancel = monotonicClock.at(dueMs, () => {
    fired = true;
  });
  cancel();
  await new Promise<void>((resolve) => void monotonicClock.at(dueMs + 5, resolve));
  assert.equal(fired, false);
});

test('a deadline beyond what a timer can hold does not fire at once', async () => {
  let fired = false;
  const cancels = [Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY].map((atMs) =>
    monotonicClock.at(atMs, () => {
      fired = true;
    }),
  );
  await new Promise<void>((resolve) => void monotonicClock.at(monotonicClock.nowMs() + 2, resolve));
  for (const cancel of cancels) cancel();
  assert.equal(fired, false);
});
