/** Times of schedules in time zones: where clocks go forward and back, in named zones and in rules. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setLocalZone } from '../../../src/base/zone/local-time.ts';
import { parsePosixRule } from '../../../src/base/zone/posix-rule.ts';
import { nextTime } from '../../../src/main/features/cron.ts';

const times = (pattern: string, timeZone: string | null, from: string, count: number): readonly string[] => {
  const found: string[] = [];
  for (let fromMs = Date.parse(from); found.length < count; ) {
    const next = nextTime({ pattern, timeZone, overlap: 'skip', jitterMs: 0, deadlineMs: 0 }, fromMs);
    assert.ok(next.ok && next.value !== null);
    fromMs = next.value;
    found.push(new Date(fromMs).toISOString().slice(5, 16));
  }
  return found;
};

for (const zone of ['Europe/Berlin', 'CET-1CEST,M3.5.0,M10.5.0/3']) {
  test(`${zone}: a time that does not exist is due at the change, once`, () => {
    assert.deepEqual(times('30 2 * * *', zone, '2026-03-27T12:00:00Z', 3), ['03-28T01:30', '03-29T01:00', '03-30T00:30']);
    assert.deepEqual(times('*/20 2 * * *', zone, '2026-03-28T02:00:00Z', 2), ['03-29T01:00', '03-30T00:00']);
    assert.deepEqual(times('0 3 * * *', zone, '2026-03-28T12:00:00Z', 2), ['03-29T01:00', '03-30T01:00']);
    assert.deepEqual(times('*/30 * * * *', zone, '2026-03-29T00:20:00Z', 4), ['03-29T00:30', '03-29T01:00', '03-29T01:30', '03-29T02:00']);
  });
  test(`${zone}: a time that comes twice is due the first time; every hour both times`, () => {
    assert.deepEqual(times('30 2 * * *', zone, '2026-10-23T12:00:00Z', 3), ['10-24T00:30', '10-25T00:30', '10-26T01:30']);
    assert.deepEqual(times('30 2 * * *', zone, '2026-10-25T01:05:00Z', 1), ['10-26T01:30']);
    assert.deepEqual(times('0 2 * * *', zone, '2026-10-24T12:00:00Z', 2), ['10-25T00:00', '10-26T01:00']);
    assert.deepEqual(times('*/30 * * * *', zone, '2026-10-25T00:10:00Z', 5), ['10-25T00:30', '10-25T01:00', '10-25T01:30', '10-25T02:00', '10-25T02:30']);
    assert.deepEqual(times('@hourly', zone, '2026-10-24T23:30:00Z', 3), ['10-25T00:00', '10-25T01:00', '10-25T02:00']);
    assert.deepEqual(times('@daily', zone, '2026-10-24T12:00:00Z', 2), ['10-24T22:00', '10-25T23:00']);
  });
}

test('south of the equator, half an hour of summer time, and once a year', () => {
  assert.deepEqual(times('30 2 * * *', 'Pacific/Auckland', '2026-09-25T20:00:00Z', 2), ['09-26T14:00', '09-27T13:30']);
  assert.deepEqual(times('15 2 * * *', 'Australia/Lord_Howe', '2026-10-02T20:00:00Z', 2), ['10-03T15:30', '10-04T15:15']);
  assert.deepEqual(times('@yearly', 'EST5EDT,M3.2.0,M11.1.0', '2026-02-01T00:00:00Z', 2), ['01-01T05:00', '01-01T05:00']);
});

test('without a zone of its own it is kept in local time', () => {
  setLocalZone(parsePosixRule('<+0545>-5:45'));
  assert.deepEqual(times('0 12 * * *', null, '2026-01-01T00:00:00Z', 1), ['01-01T06:15']);
  setLocalZone(null);
});

test('a zone that nobody knows is told', () => {
  const next = nextTime({ pattern: '@daily', timeZone: 'No/Where', overlap: 'skip', jitterMs: 0, deadlineMs: 0 }, 0);
  assert.ok(!next.ok && next.error.startsWith('cannot keep the schedule @daily of No/Where: there is no such time zone'));
});
