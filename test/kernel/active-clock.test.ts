/** The clock of deadlines on a played kernel clock: what a freeze does to timers, to instants, and to a successor. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ActiveClock, createActiveClock } from '../../src/kernel/active-clock.ts';
import type { Clock } from '../../src/kernel/kernel.ts';

type Timer = { readonly atMs: number; readonly callback: () => void };

/** `pass` lets time go by with all timers in order; `freeze` lets it go by unseen. */
const play = (): {
  readonly kernel: Clock;
  readonly pass: (ms: number) => void;
  readonly freeze: (ms: number) => void;
  readonly wakes: () => number;
  readonly armed: () => number;
} => {
  let nowMs = 1000;
  let wakes = 0;
  const timers = new Set<Timer>();
  const kernel: Clock = {
    nowMs: () => nowMs,
    at: (atMs, callback) => {
      const timer = { atMs, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
  };
  const ringUntil = (endMs: number): void => {
    for (;;) {
      const [first] = [...timers].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
      if (first === undefined) break;
      timers.delete(first);
      nowMs = Math.max(nowMs, first.atMs);
      wakes += 1;
      first.callback();
    }
    nowMs = endMs;
  };
  return {
    kernel,
    pass: (ms) => ringUntil(nowMs + ms),
    freeze: (ms) => {
      nowMs += ms;
      ringUntil(nowMs);
    },
    wakes: () => wakes,
    armed: () => timers.size,
  };
};

/** How long a timer of that length takes to ring, by the kernel's clock, when everything is frozen after `afterMs`. */
const ringsAfter = (lengthMs: number, afterMs: number, frozenMs: number): number => {
  const { kernel, pass, freeze } = play();
  const clock = createActiveClock(kernel);
  const began = kernel.nowMs();
  let rangMs = -1;
  clock.at(clock.nowMs() + lengthMs, () => (rangMs = kernel.nowMs() - began));
  pass(afterMs);
  freeze(frozenMs);
  pass(lengthMs * 2);
  return rangMs;
};

test('a timer rings later by the time that was frozen, but for a tenth of it at most', () => {
  for (const [lengthMs, afterMs, frozenMs] of [
    [3000, 1000, 5000],
    [3000, 2999, 60_000],
    [3000, 0, 5000],
    [60_000, 10_000, 3_600_000],
    [200, 100, 5000],
  ] as const) {
    const rangMs = ringsAfter(lengthMs, afterMs, frozenMs);
    const lookMs = Math.min(lengthMs, Math.max(250, lengthMs / 10));
    assert.ok(rangMs <= lengthMs + frozenMs && rangMs >= lengthMs + frozenMs - lookMs, `${lengthMs} ms, frozen after ${afterMs} for ${frozenMs}: ${rangMs}`);
  }
});

test('being a little late is no freeze', () => {
  assert.equal(ringsAfter(3000, 1000, 400), 3000);
});

test('a freeze is seen by whoever asks for the time first, and counted once', () => {
  const { kernel, pass } = play();
  let offsetMs = 0;
  const clock = createActiveClock({ ...kernel, nowMs: () => kernel.nowMs() + offsetMs });
  const beganMs = clock.nowMs();
  clock.at(beganMs + 5000, () => {});
  offsetMs = 10_000;
  const seenMs = clock.nowMs() - beganMs;
  assert.ok(seenMs <= 500, `${seenMs}`);
  pass(0);
  assert.equal(clock.nowMs() - beganMs, seenMs);
});

test('without a deadline there is no timer; a patient wait has one, another ten', () => {
  const { kernel, pass, wakes, armed } = play();
  const clock = createActiveClock(kernel);
  assert.equal(armed(), 0);
  clock.at(clock.nowMs() + 60_000, () => {}, true);
  pass(60_000);
  assert.equal(wakes(), 1);
  clock.at(clock.nowMs() + 60_000, () => {});
  pass(60_000);
  assert.ok(wakes() <= 12, `${wakes()}`);
  const cancels = [clock.at(clock.nowMs() + 60_000, () => {}), clock.at(clock.nowMs() + 1000, () => {})];
  for (const cancel of cancels) cancel();
  assert.equal(armed(), 0);
});

test('the shortest wait is the one that is looked after, and looks become rare when it is over', () => {
  const { kernel, pass, wakes } = play();
  const clock = createActiveClock(kernel);
  clock.at(clock.nowMs() + 100_000, () => {});
  clock.at(clock.nowMs() + 1000, () => {});
  pass(1000);
  assert.ok(wakes() >= 4, `${wakes()}`);
  const before = wakes();
  pass(50_000);
  assert.ok(wakes() - before <= 7, `${wakes() - before}`);
});

const frozenTwice = (): { readonly clock: ActiveClock; readonly kept: readonly number[] } => {
  const { kernel, pass, freeze } = play();
  const clock = createActiveClock(kernel);
  const kept: number[] = [];
  clock.resume(0, (frozenMs) => void kept.push(frozenMs));
  for (const lengthMs of [4000, 8000]) {
    clock.at(clock.nowMs() + 1000, () => {}); // looks each 250 ms
    pass(250);
    freeze(lengthMs);
    pass(5000);
  }
  return { clock, kept };
};

test("instants of the kernel's clock, before, within and behind a freeze", () => {
  const { clock, kept } = frozenTwice();
  // The first freeze is seen from 1500 on and over at 5250, the second from 10,750 to 18,500.
  assert.deepEqual(kept, [3750, 11_500]);
  const at = [900, 1500, 3000, 5250, 6000, 10_750, 15_000, 18_500, 20_000].map(clock.fromKernelMs);
  assert.deepEqual(at, [900, 1500, 1500, 1500, 2250, 7000, 7000, 7000, 8500]);
  assert.deepEqual([900, 2250, 8500].map(clock.frozenSinceMs), [11_500, 7750, 0]);
});

test('an instant of the thaw that is read before any timer has rung stands after the freeze, not in the future', () => {
  const { kernel, pass } = play();
  let offsetMs = 0;
  const clock = createActiveClock({ ...kernel, nowMs: () => kernel.nowMs() + offsetMs });
  clock.at(clock.nowMs() + 1000, () => {}); // looks each 250 ms
  pass(100);
  offsetMs = 60_000;
  const atMs = clock.fromKernelMs(kernel.nowMs() + offsetMs);
  assert.equal(atMs, 1250);
  assert.equal(clock.nowMs(), 1250);
});

test("a successor's clock goes on as its predecessor's was", () => {
  const { kernel } = play();
  const clock = createActiveClock(kernel);
  clock.resume(300, () => {});
  assert.equal(clock.nowMs(), 700);
  assert.equal(clock.fromKernelMs(950), 650);
});

test('of very many freezes the last ones are remembered with their time', () => {
  const { kernel, freeze } = play();
  const clock = createActiveClock(kernel);
  for (let count = 0; count < 100; count += 1) {
    clock.at(clock.nowMs() + 100, () => {});
    freeze(2000);
  }
  assert.ok(clock.frozenSinceMs(-1_000_000) < 64 * 2000);
  assert.ok(clock.nowMs() < 1000 + 100 * 200);
});
