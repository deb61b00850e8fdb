/** Gives the pages back that a burst of output has touched, once the log path has been quiet: a page of the box counts as ours
 *  for as long as the container lives. What quiet programs need is kept. */
import { OUTBOX_BYTES, STAGING_BYTES } from '../../kernel/box/box.ts';
import type { Box } from '../../kernel/box/box.ts';
import type { Clock } from '../../kernel/kernel.ts';
import type { Native } from '../../kernel/native.ts';
import { OUTBOXES, STAGINGS, outboxAt, stagingAt } from './journal.ts';
import type { Journal } from './journal.ts';

/** A read larger than this is a burst. */
const BURST_BYTES = 32_768;
/** At the beginning of each area; a multiple of every page size. */
const KEPT_BYTES = 65_536;
const QUIET_MS = 1_000;

export type IdleMemory = {
  readonly onRead: (bytes: number) => void;
  /** Nothing is being read at the moment. */
  readonly onQuiet: () => void;
};

export const createIdleMemory = (native: Native, box: Box, journal: Journal, clock: Clock): IdleMemory => {
  let isTouched = false;
  let isTimerSet = false;

  const release = (): void => {
    isTimerSet = false;
    isTouched = false;
    for (let index = 0; index < STAGINGS; index += 1) {
      if (journal.length(index) + journal.found(index) === 0) native.punchBox(box.fd, stagingAt(index) + KEPT_BYTES, STAGING_BYTES - KEPT_BYTES);
    }
    for (let index = 0; index < OUTBOXES; index += 1) {
      if (journal.head(index) === journal.tail(index)) native.punchBox(box.fd, outboxAt(index) + KEPT_BYTES, OUTBOX_BYTES - KEPT_BYTES);
    }
  };

  return {
    onRead: (bytes) => {
      isTouched ||= bytes > BURST_BYTES;
    },
    onQuiet: () => {
      if (!isTouched || isTimerSet) return;
      isTimerSet = true;
      clock.at(clock.nowMs() + QUIET_MS, release, true);
    },
  };
};
