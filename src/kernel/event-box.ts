/**
 * The black box's area for event listeners: a snapshot of their pools, replaced at once or not at all, and a mark for each listener that
 * says how many events have been written to it. What they mean is in services/listeners and engine/pools.ts.
 */
import type { Box } from './box.ts';
import { EVENTS_AT, EVENTS_BYTES } from './box.ts';

export const MOST_MARKS = 1_024;
const WORD = EVENTS_AT / 4;
const MARKS = WORD + 16;
const COPIES_AT = [EVENTS_AT + 8_192, EVENTS_AT + EVENTS_BYTES / 2] as const;
export const SNAPSHOT_BYTES = EVENTS_BYTES / 2 - 8_192;
/** Above the length in the word that says which copy counts. */
const COPY_BIT = 1 << 30;

export type EventBox = {
  /** False: it is too large, and what was saved before still counts. */
  readonly save: (parts: readonly Uint8Array[]) => boolean;
  /** A copy of what was saved last; null: nothing was. */
  readonly load: () => Uint8Array | null;
  readonly mark: (index: number, count: number) => void;
  readonly markOf: (index: number) => number;
};

export const createEventBox = ({ bytes, words }: Pick<Box, 'bytes' | 'words'>): EventBox => ({
  save: (parts) => {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    if (length > SNAPSHOT_BYTES) return false;
    const copy = ((words[WORD] ?? 0) & COPY_BIT) === 0 ? 1 : 0;
    let at: number = COPIES_AT[copy];
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    Atomics.store(words, WORD, length | (copy === 1 ? COPY_BIT : 0));
    return true;
  },
  load: () => {
    const word = words[WORD] ?? 0;
    const from = COPIES_AT[(word & COPY_BIT) === 0 ? 0 : 1];
    const length = word & (COPY_BIT - 1);
    return length === 0 ? null : bytes.slice(from, from + length);
  },
  mark: (index, count) => {
    if (index < MOST_MARKS) Atomics.store(words, MARKS + index, count);
  },
  markOf: (index) => words[MARKS + Math.min(index, MOST_MARKS)] ?? 0,
});
