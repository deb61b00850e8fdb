/**
 * From a staging area to where its bytes go: lines into an outbox, raw bytes into a file. Knows streams by their record in
 * the black box alone, so that it serves a successor before any program has been attached again.
 */
import { OUTBOX_BYTES } from '../kernel/box.ts';
import type { Box } from '../kernel/box.ts';
import { formatLines, formatRaw, putLine, putRaw } from './format.ts';
import type { Formatting } from './format.ts';
import { outboxAt, stagingAt } from './journal.ts';
import type { Journal, Move } from './journal.ts';
import type { Outbox } from './outbox.ts';
import { SLOT, carryAt, prefixAt, slotWord } from './slots.ts';
import { stripAnsi } from './strip-ansi.ts';

export type Stage = {
  /** Formats what lies in staging area `index` into the outbox of the same number; false when that is full and blocked. */
  readonly settle: (index: number) => boolean;
  /** Ends the stream's unfinished line with a newline; false when its outbox is full and blocked. */
  readonly flushPartial: (slot: number) => boolean;
  /** Appends finished text to an outbox; false when there is no room. */
  readonly append: (index: number, text: Uint8Array) => boolean;
};

export const createStage = (box: Box, journal: Journal, outboxes: readonly Outbox[], isStripped: boolean): Stage => {
  const { bytes, words } = box;
  const work: Formatting = { from: 0, to: 0, carryFrom: 0, carryLength: 0, continued: false, prefixFrom: 0, prefixLength: 0, out: 0, outEnd: 0, isTail: false };
  const move: Move = {
    slot: -1,
    carryOffset: 0,
    tailFrom: 0,
    tailLength: 0,
    carryLength: 0,
    continued: 0,
    outbox: -1,
    head: 0,
    tail: 0,
    staging: -1,
    consumed: 0,
  };

  /** An outbox that has been written completely starts over at its beginning: it touches few pages that way. */
  const openOutbox = (index: number): void => {
    move.outbox = index;
    move.head = journal.head(index);
    move.tail = journal.tail(index);
    if (move.head === move.tail) move.head = move.tail = 0;
    work.out = outboxAt(index) + move.tail;
    work.outEnd = outboxAt(index) + OUTBOX_BYTES;
  };

  const openSlot = (slot: number): void => {
    const word = slotWord(slot);
    move.slot = slot;
    move.tailLength = 0;
    move.carryOffset = 0;
    work.carryFrom = carryAt(slot);
    work.carryLength = words[word + SLOT.CARRY_LENGTH] ?? 0;
    work.continued = words[word + SLOT.CONTINUED] === 1;
    work.prefixFrom = prefixAt(slot);
    work.prefixLength = words[word + SLOT.PREFIX_LENGTH] ?? 0;
  };

  const isRaw = (slot: number): boolean => words[slotWord(slot) + SLOT.IS_RAW] === 1;

  const closeMove = (): void => {
    const start = outboxAt(move.outbox) + move.tail;
    if (isStripped && work.out > start) work.out = stripAnsi(bytes, start, work.out);
    move.tail = work.out - outboxAt(move.outbox);
    move.continued = work.continued ? 1 : 0;
    journal.commit(move);
  };

  const formatOnce = (index: number): void => {
    const base = stagingAt(index);
    openOutbox(index);
    openSlot(journal.owner(index));
    work.from = base + journal.consumed(index);
    work.to = base + journal.length(index);
    (isRaw(move.slot) ? formatRaw : formatLines)(bytes, work);
    move.staging = index;
    move.carryLength = work.carryLength;
    if (work.isTail) {
      move.tailFrom = work.from;
      move.tailLength = work.to - work.from;
      move.carryOffset = work.carryLength;
      move.carryLength += move.tailLength;
      work.from = work.to;
    }
    move.consumed = work.from - base;
    closeMove();
  };

  return {
    settle: (index) => {
      if (journal.owner(index) < 0 || journal.length(index) === 0) return true;
      for (;;) {
        if (journal.consumed(index) < journal.length(index)) formatOnce(index);
        if (journal.consumed(index) >= journal.length(index)) {
          journal.clear(index);
          return true;
        }
        if (outboxes[index]?.flush() !== true) return false;
      }
    },
    flushPartial: (slot) => {
      const index = words[slotWord(slot) + SLOT.TARGET] ?? 0;
      for (;;) {
        openSlot(slot);
        if (work.carryLength === 0) return true;
        openOutbox(index);
        if ((isRaw(slot) ? putRaw : putLine)(bytes, work, 0, 0)) break;
        if (outboxes[index]?.flush() !== true) return false;
      }
      move.staging = -1;
      move.carryLength = 0;
      work.continued = false;
      closeMove();
      return true;
    },
    append: (index, text) => {
      openOutbox(index);
      if (text.length > work.outEnd - work.out) return false;
      bytes.set(text, work.out);
      work.out += text.length;
      move.slot = -1;
      move.staging = -1;
      move.tail = work.out - outboxAt(index);
      journal.commit(move);
      return true;
    },
  };
};
