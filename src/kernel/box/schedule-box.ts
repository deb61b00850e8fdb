/**
 * The black box's area for schedules: for each process the wall-clock time up to which its times have been dealt with, so that a successor knows
 * which of them came while nobody was there. A record says by a tag which program and pattern it is of: indices change with the plan.
 */
import { MEMO_SLOTS, SCHEDULES_AT } from './box.ts';
import type { Box } from './box.ts';

export type ScheduleRecord = {
  /** Since the epoch: times up to this one are dealt with. */
  readonly fromMs: number;
  /** A run is to follow as soon as the present one has ended. */
  readonly isQueued: boolean;
};

export type ScheduleBox = {
  /** Null: nothing is known of that schedule. */
  readonly read: (index: number, tag: number) => ScheduleRecord | null;
  readonly write: (index: number, tag: number, record: ScheduleRecord) => void;
};

const RECORD_BYTES = 16;
const FLAGS = 8;
const TAG = 12;

/** Each of its three stores is whole or not there; the tag is the last where it is another, and the time the last where it is the same. */
export const createScheduleBox = ({ bytes }: Pick<Box, 'bytes'>): ScheduleBox => {
  const view = new DataView(bytes.buffer, bytes.byteOffset + SCHEDULES_AT, MEMO_SLOTS * RECORD_BYTES);
  return {
    read: (index, tag) => {
      const at = index * RECORD_BYTES;
      if (view.getUint32(at + TAG, true) !== tag) return null;
      return { fromMs: view.getFloat64(at, true), isQueued: view.getUint32(at + FLAGS, true) === 1 };
    },
    write: (index, tag, { fromMs, isQueued }) => {
      const at = index * RECORD_BYTES;
      if (view.getUint32(at + TAG, true) !== tag) view.setUint32(at + TAG, 0, true);
      view.setUint32(at + FLAGS, isQueued ? 1 : 0, true);
      view.setFloat64(at, fromMs, true);
      view.setUint32(at + TAG, tag, true);
    },
  };
};
