/**
 * The black box's area for event listeners: what is known of them, what waits for them (each replaced at once or not at all), and a mark for
 * each listener that says how many events have been written to it. What they mean is in services/listeners and engine/pools-memory.ts.
 */
import type { Box } from './box.ts';
import { EVENTS_AT, EVENTS_BYTES } from './box.ts';

export const MOST_MARKS = 1_024;
const MARKS = EVENTS_AT / 4;
const MARKS_BYTES = 4 * (MOST_MARKS + 1);
const HALF_BYTES = EVENTS_BYTES / 2;
/** In each half: one word, then two copies of at most this. */
const FIRST_AT = 8_192;
export const SNAPSHOT_BYTES = (HALF_BYTES - FIRST_AT) / 2;
/** Above the length in the word that says which copy counts. */
const COPY_BIT = 1 << 30;

export type Snapshot = {
  /** False: it is too large, and what was saved before still counts. */
  readonly save: (parts: readonly Uint8Array[]) => boolean;
  /** A copy of what was saved last; null: nothing was. */
  readonly load: () => Uint8Array | null;
};

export type EventBox = {
  readonly listeners: Snapshot;
  readonly waiting: Snapshot;
  readonly mark: (index: number, count: number) => void;
  readonly markOf: (index: number) => number;
};

export const createEventBox = (box: Pick<Box, 'bytes' | 'words'>): EventBox => ({
  listeners: snapshotAt(box, EVENTS_AT),
  waiting: snapshotAt(box, EVENTS_AT + HALF_BYTES),
  mark: (index, count) => {
    if (index < MOST_MARKS) Atomics.store(box.words, MARKS + index, count);
  },
  markOf: (index) => box.words[MARKS + Math.min(index, MOST_MARKS)] ?? 0,
});

const snapshotAt = ({ bytes, words }: Pick<Box, 'bytes' | 'words'>, start: number): Snapshot => {
  const word = (start + MARKS_BYTES) / 4;
  const copyAt = (value: number): number => start + FIRST_AT + ((value & COPY_BIT) === 0 ? 0 : SNAPSHOT_BYTES);
  return {
    save: (parts) => {
      const length = parts.reduce((sum, part) => sum + part.length, 0);
      if (length > SNAPSHOT_BYTES) return false;
      const value = length | (~(words[word] ?? 0) & COPY_BIT);
      let at = copyAt(value);
      for (const part of parts) {
        bytes.set(part, at);
        at += part.length;
      }
      Atomics.store(words, word, value);
      return true;
    },
    load: () => {
      const value = words[word] ?? 0;
      const length = value & (COPY_BIT - 1);
      return length === 0 ? null : bytes.slice(copyAt(value), copyAt(value) + length);
    },
  };
};
