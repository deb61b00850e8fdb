/** Cron patterns: what is taken, and what is refused in which words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messagesOf, processOf } from './world.ts';

const patternOf = (pattern: string) => processOf(`schedule=${pattern}`).service.schedule?.pattern;

test('a program with a schedule starts by the clock alone, unless its section says otherwise', () => {
  const plain = processOf('schedule=0 3 * * *');
  assert.deepEqual([plain.autostart, plain.autorestart, plain.startMs], [false, 'never', 0]);
  assert.deepEqual(plain.service.schedule, { pattern: '0 3 * * *', timeZone: null, overlap: 'skip', jitterMs: 0, deadlineMs: 60_000 });
  const other = processOf(
    'schedule=@daily\nautostart=true\nstartsecs=2\nautorestart=true\nschedule_timezone=Europe/Berlin\nschedule_overlap=queue\nschedule_jitter=5\nschedule_deadline=7',
  );
  assert.deepEqual([other.autostart, other.autorestart, other.startMs], [true, 'always', 2000]);
  assert.deepEqual(other.service.schedule, { pattern: '@daily', timeZone: 'Europe/Berlin', overlap: 'queue', jitterMs: 5000, deadlineMs: 7000 });
});

test('fields, seconds, names, ranges, steps, lists', () => {
  for (const pattern of [
    '*/5 * * * *',
    '0 0 1,15 * *',
    '30 2 L * *',
    '0 9-17/2 * JAN-MAR MON-FRI',
    '*/10 * * * * *',
    '0 0 12 ? * 5L',
    '0 0 15W * *',
    '0 8 * * MON#1',
    '5/15 * * * 7',
  ]) {
    assert.equal(patternOf(pattern), pattern);
  }
  assert.equal(patternOf('0  3 * * sun'), '0 3 * * SUN');
  assert.equal(patternOf('@Hourly'), '@hourly');
});

const refused: readonly (readonly [string, RegExp])[] = [
  ['@fortnightly', /@fortnightly is no schedule; write one of @yearly/],
  ['* * * *', /has 4 fields; write five as in 0 3 \* \* \*/],
  ['60 * * * *', /60 is no minute; write \*, numbers from 0 to 59/],
  ['* 24 * * *', /24 is no hour/],
  ['* * 0 * *', /0 is no day of the month/],
  ['* * * 13 *', /13 is no month/],
  ['* * * * 8', /8 is no day of the week/],
  ['60 * * * * *', /60 is no second/],
  ['5-1 * * * *', /5-1 is no minute/],
  ['1-2-3 * * * *', /1-2-3 is no minute/],
  ['*/0 * * * *', /\*\/0 is no minute/],
  ['*/5/5 * * * *', /is no minute/],
  ['a * * * *', /A is no minute/],
];

test('each wrong value gets a sentence', () => {
  for (const [pattern, expected] of refused) {
    const messages = messagesOf(`[program:p]\ncommand=true\nschedule=${pattern}\n`);
    assert.equal(messages.length, 1, `${pattern}: ${messages.join(' / ')}`);
    assert.match(messages[0] ?? '', expected);
  }
  assert.match(messagesOf('[program:p]\ncommand=true\nschedule_timezone=not a zone\n')[0] ?? '', /not a zone is no time zone/);
});
