/** What is kept of schedules: by process, and of that program and pattern only. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SCHEDULES_AT, STREAMS_AT, STREAM_BYTES, MOST_STREAMS, MEMO_SLOTS } from '../../../src/kernel/box/box.ts';
import { createScheduleBox } from '../../../src/kernel/box/schedule-box.ts';

const MIB = 1024 * 1024;

test('it lies between the streams and the memo', () => {
  assert.ok(STREAMS_AT + MOST_STREAMS * STREAM_BYTES <= SCHEDULES_AT && SCHEDULES_AT + MEMO_SLOTS * 16 <= MIB);
});

test('a record is of its program and pattern', () => {
  const bytes = new Uint8Array(MIB);
  const box = createScheduleBox({ bytes });
  assert.equal(box.read(0, 7), null);
  box.write(0, 7, { fromMs: 1_795_000_000_123, isQueued: false });
  box.write(MEMO_SLOTS - 1, 8, { fromMs: 5, isQueued: true });
  const successor = createScheduleBox({ bytes });
  assert.deepEqual(successor.read(0, 7), { fromMs: 1_795_000_000_123, isQueued: false });
  assert.deepEqual(successor.read(MEMO_SLOTS - 1, 8), { fromMs: 5, isQueued: true });
  assert.equal(successor.read(0, 8), null);
  box.write(0, 9, { fromMs: 6, isQueued: true });
  assert.deepEqual([box.read(0, 7), box.read(0, 9)], [null, { fromMs: 6, isQueued: true }]);
});
