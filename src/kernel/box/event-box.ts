/**
 * The black box's area for event listeners: what is known of them, what waits for them (each replaced at once or not at all), and a mark for
 * each listener that says how many events have been written to it. What they mean is in world/events/listeners and engine/publish/pools-memory.ts.
 */
import { snapshotAt } from './box-snapshot.ts';
import type { Snapshot, SnapshotPlace } from './box-snapshot.ts';
import type { Box } from './box.ts';
import { EVENTS_AT, EVENTS_BYTES } from './box.ts';

export const MOST_MARKS = 1_024;
const MARKS = EVENTS_AT / 4;
const MARKS_BYTES = 4 * (MOST_MARKS + 1);
const HALF_BYTES = EVENTS_BYTES / 2;
/** In each half: one word, then two copies of at most this. */
const FIRST_AT = 8_192;
export const SNAPSHOT_BYTES = (HALF_BYTES - FIRST_AT) / 2;

export type EventBox = {
  readonly listeners: Snapshot;
  readonly waiting: Snapshot;
  readonly mark: (index: number, count: number) => void;
  readonly markOf: (index: number) => number;
};

export const createEventBox = (box: Pick<Box, 'bytes' | 'words'>): EventBox => ({
  listeners: snapshotAt(box, half(EVENTS_AT)),
  waiting: snapshotAt(box, half(EVENTS_AT + HALF_BYTES)),
  mark: (index, count) => {
    if (index < MOST_MARKS) Atomics.store(box.words, MARKS + index, count);
  },
  markOf: (index) => box.words[MARKS + Math.min(index, MOST_MARKS)] ?? 0,
});

const half = (start: number): SnapshotPlace => ({ wordAt: start + MARKS_BYTES, firstAt: start + FIRST_AT, copyBytes: SNAPSHOT_BYTES });
