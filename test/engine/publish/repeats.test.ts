/** Notices on their way to the log: one timer for all sums, and what ends a loop. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedFor, createRepeats, unsummed } from '../../../src/engine/publish/repeats.ts';
import { makePlan } from '../../../src/world/plan.ts';
import { modelOf, specOf } from '../../simulate/specs.ts';
import { fakeClock } from '../support/bench.ts';

const bench = () => {
  const clock = fakeClock();
  const lines: string[] = [];
  const repeats = createRepeats(clock, (level, text) => void lines.push(`${level}: ${text}`));
  const repeat = (name: string, times: number): void => {
    for (let time = 0; time < times; time += 1) repeats.notice('warn', `exited: ${name}`, name);
  };
  return { ...repeats, clock, repeat, lines: () => lines.splice(0) };
};

test('a lasting loop has one line a minute, and nothing wakes up after it', () => {
  const { repeat, clock, lines } = bench();
  for (let second = 0; second < 150; second += 1) {
    clock.advanceTo(second * 1_000);
    repeat('web', 1);
  }
  assert.deepEqual(lines(), [
    'warn: exited: web',
    'warn: exited: web',
    'warn: exited: web',
    'warn: repeated: web, the same lines 60 more times in 60 s (63 times in 63 s in all), for example: exited: web',
    'warn: repeated: web, the same lines 60 more times in 60 s (123 times in 123 s in all), for example: exited: web'.replace('123 s', '2 min'),
  ]);
  clock.advanceTo(1_000_000);
  assert.equal(lines().length, 1);
  assert.deepEqual(clock.armed(), []);
  repeat('web', 1);
  assert.deepEqual(lines(), ['warn: exited: web']);
});

test('each program has its own count and its own minute', () => {
  const { repeat, clock, lines } = bench();
  repeat('a', 4);
  clock.advanceTo(30_000);
  repeat('b', 5);
  lines();
  clock.advanceTo(60_000);
  assert.match(lines().join(), /^warn: repeated: a, the same lines 1 more time/);
  clock.advanceTo(90_000);
  assert.match(lines().join(), /^warn: repeated: b, the same lines 2 more times/);
});

test('a command and the end say what is owed; lines without a program are said as they come', () => {
  const { repeat, notice, sumUp, lines } = bench();
  for (let time = 0; time < 9; time += 1) notice('info', 'hello');
  assert.equal(lines().length, 9);
  repeat('a', 4);
  repeat('b', 4);
  lines();
  sumUp(['a', 'stranger']);
  assert.match(lines().join(), /^warn: repeated: a, the same lines 1 more time/);
  repeat('a', 1);
  assert.deepEqual(lines(), ['warn: exited: a']);
  sumUp(null);
  assert.match(lines().join(), /^warn: repeated: b, [^:]*: exited: b$/);
});

test('supervisord’s personality says every line', () => {
  const lines: string[] = [];
  const { notice, sumUp } = unsummed((_level, text) => void lines.push(text));
  for (let time = 0; time < 9; time += 1) notice('info', 'hello', 'web');
  sumUp(null);
  assert.equal(lines.length, 9);
});

test('commands and activations ask for programs; an index that is unknown names none', () => {
  const plan = makePlan(modelOf([specOf('a'), specOf('b')]), { stopGroupsOneByOne: false });
  assert.deepEqual(askedFor(plan, { type: 'commandRequested', verb: 'start', targets: [1, 7] }), ['b']);
  assert.deepEqual(askedFor(plan, { type: 'activated', targets: [0], reason: 'test' }), ['a']);
  assert.deepEqual(askedFor(plan, { type: 'timePassed' }), []);
});
