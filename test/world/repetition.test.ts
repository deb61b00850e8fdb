/** Repeated lines about one program: the first few are said, the rest is counted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hearLine, isOver, sumDueMs, sumOf } from '../../src/world/repetition.ts';
import type { Line, Repetition } from '../../src/world/repetition.ts';

const MINUTE = 60_000;

/** A log of one program on a clock of its own. */
const log = () => {
  let repetition: Repetition | null = null;
  const hear = (nowMs: number, text: string, level: Line['level'] = 'info'): readonly string[] => {
    const heard = hearLine(repetition, 'web', { level, text }, nowMs);
    repetition = heard.repetition;
    return heard.lines.map((line) => `${line.level}: ${line.text}`);
  };
  const now = (): Repetition => {
    assert.ok(repetition !== null);
    return repetition;
  };
  return { hear, now };
};

/** One run of a crash loop. */
const run = ({ hear }: ReturnType<typeof log>, atMs: number): readonly string[] => [
  ...hear(atMs, `spawned: 'web' with pid ${1_000 + atMs}`),
  ...hear(atMs, 'running: web, up for 0 s (startsecs)'),
  ...hear(atMs + 10, 'exited: web (exit status 1; not expected)', 'warn'),
];

test('the first three runs are told, the others counted; the sum names the worst line', () => {
  const web = log();
  const told = Array.from({ length: 30 }, (_, index) => run(web, index * 1_000).length);
  assert.deepEqual(told, [3, 3, 3, ...Array.from({ length: 27 }, () => 0)]);
  assert.equal(sumDueMs(web.now()), 3_000 + MINUTE);
  assert.deepEqual(sumOf(web.now(), 'web', 29_500), [
    {
      level: 'warn',
      text: 'repeated: web, the same lines 27 more times in 27 s (30 times in 30 s in all), for example: exited: web (exit status 1; not expected)',
    },
  ]);
});

test('a line of another kind is told at once, after the sum of what was held back', () => {
  const web = log();
  for (let index = 0; index < 4; index += 1) run(web, index * 1_000);
  assert.deepEqual(web.hear(4_000, 'exited: web (exit status 2; not expected)', 'warn'), [
    'warn: repeated: web, the same lines 1 more time in 1 s (4 times in 4 s in all), for example: exited: web (exit status 1; not expected)',
    'warn: exited: web (exit status 2; not expected)',
  ]);
  assert.equal(sumDueMs(web.now()), null);
  assert.deepEqual(sumOf(web.now(), 'web', 5_000), []);
});

test('a minute of silence ends the loop; lines that are still owed do not', () => {
  const web = log();
  for (let index = 0; index < 3; index += 1) run(web, index);
  assert.equal(isOver(web.now(), 12 + MINUTE - 1), false);
  assert.equal(isOver(web.now(), 12 + MINUTE), true);
  assert.equal(run(web, 12 + MINUTE).length, 3, 'the first run again');
  for (let index = 1; index < 4; index += 1) run(web, 12 + MINUTE + index);
  assert.equal(isOver(web.now(), 5 * MINUTE), false);
});

test('of equally important lines the last one is the example, of others the worst', () => {
  const web = log();
  for (let index = 0; index < 4; index += 1) web.hear(0, 'a: warn', 'warn');
  for (let index = 0; index < 3; index += 1) web.hear(0, 'b: info');
  for (let index = 0; index < 2; index += 1) web.hear(0, 'a: warn', 'warn');
  web.hear(0, 'b: info');
  assert.match(sumOf(web.now(), 'web', 0)[0]?.text ?? '', /2 more times in 1 s \(6 times in 1 s in all\), for example: a: warn$/);
});

test('long loops are told in minutes and hours', () => {
  const sumAfter = (ms: number): string => {
    const web = log();
    for (let index = 0; index < 4; index += 1) web.hear(0, 'not started: web: no');
    return sumOf(web.now(), 'web', ms)[0]?.text ?? '';
  };
  assert.match(sumAfter(119_000), /1 more time in 119 s \(4 times in 119 s in all\)/);
  assert.match(sumAfter(120_000), /in 2 min \(/);
  assert.match(sumAfter(119 * MINUTE), /in 119 min \(/);
  assert.match(sumAfter(120 * MINUTE), /in 2 h \(/);
});

test('what is remembered of one program is bounded: beyond that its lines count by their first word', () => {
  const web = log();
  for (let index = 0; index < 100; index += 1) web.hear(index, `exited: web (exit status ${index}; not expected)`);
  assert.equal(web.now().counts.size, 17);
  assert.match(sumOf(web.now(), 'web', 100)[0]?.text ?? '', /81 more times .*exit status 99/);
});
