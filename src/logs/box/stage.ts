/**
 * From a staging area to where its bytes go: lines into an outbox, raw bytes into a file. Knows streams by their record in
 * the black box alone, so that it serves a successor before any program has been attached again.
 */
import { MOST_STREAMS, OUTBOX_BYTES } from '../../kernel/box/box.ts';
import type { Box } from '../../kernel/box/box.ts';
import { formatLines, formatRaw, putLine, putRaw } from '../lines/format.ts';
import type { Formatting } from '../lines/format.ts';
import { noMove, outboxAt, stagingAt } from './journal.ts';
import type { Journal } from './journal.ts';
import type { Outbox } from '../out/outbox.ts';
import type { Shaper } from '../lines/shaper.ts';
import { SHAPE, shapeWord } from '../lines/shapes.ts';
import { FORM, SLOT, carryAt, prefixAt, slotWord } from './slots.ts';
import { stripAnsi } from '../lines/strip-ansi.ts';

const NEWLINE = 10;

export type Stage = {
  /** Formats what lies in a staging area into the outbox of its owner; false when that is full and blocked. */
  readonly settle: (staging: number) => boolean;
  /** Ends the stream's unfinished line with a newline; false when its outbox is full and blocked. */
  readonly flushPartial: (slot: number) => boolean;
  /** Does the stream have an unfinished line that can be passed on as it is (format raw)? */
  readonly hasRawPartial: (slot: number) => boolean;
  /** Passes it on, without an end; the line goes on with what comes. Where another stream's line comes first, a newline is put between. */
  readonly passOn: (slot: number) => void;
  /** Successor: looks for lines that its predecessor passed on unfinished. */
  readonly recover: () => void;
  /** Have lines of the stream been dropped that nobody has been told of? */
  readonly hasDropped: (slot: number) => boolean;
  /** Says so; false when there is no room. */
  readonly sayDropped: (slot: number) => boolean;
  /** Appends finished text to an outbox; false when there is no room. */
  readonly append: (index: number, text: Uint8Array) => boolean;
};

export type StageParts = {
  readonly box: Box;
  readonly journal: Journal;
  readonly outboxes: readonly Outbox[];
  readonly isStripped: boolean;
  readonly shaper: () => Shaper;
  /** Lines of this stream have been dropped, and it has not been said. */
  readonly onDropped: (slot: number) => void;
};

export const createStage = ({ box: { bytes, words }, journal, outboxes, isStripped, shaper, onDropped }: StageParts): Stage => {
  const work: Formatting = {
    from: 0,
    to: 0,
    carryFrom: 0,
    carryLength: 0,
    continued: false,
    prefixFrom: 0,
    prefixLength: 0,
    out: 0,
    outEnd: 0,
    isTail: false,
    hasEscape: false,
    plainTo: 0,
  };
  const move = noMove();
  const formOf = (slot: number): number => words[slotWord(slot) + SLOT.FORM] ?? FORM.PREFIX;
  const outboxOf = (slot: number): number => words[slotWord(slot) + SLOT.TARGET] ?? 0;
  const canDrop = (slot: number): boolean => formOf(slot) === FORM.SHAPED && words[shapeWord(slot) + SHAPE.CAN_DROP] === 1;

  /** The stream whose unfinished line stands at the end of each outbox; -1: none. The streams' records say the same. */
  const unfinished = [-1, -1];

  const noteUnfinished = (slot: number): void => {
    if (slot < 0 || formOf(slot) !== FORM.RAW) return;
    if (move.continued === 1) unfinished[move.outbox] = slot;
    else if (unfinished[move.outbox] === slot) unfinished[move.outbox] = -1;
  };

  /** Ends another stream's unfinished line in this outbox before `slot` writes there; false: no room. */
  const endOthers = (index: number, slot: number): boolean => {
    const other = unfinished[index] ?? -1;
    if (other < 0 || other === slot) return true;
    openSlot(other);
    openOutbox(index);
    if (work.out === work.outEnd) return false;
    bytes[work.out] = NEWLINE;
    work.out += 1;
    work.continued = false;
    move.staging = -1;
    move.carryLength = work.carryLength;
    closeMove();
    return true;
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
    work.hasEscape = true;
    move.shaped = formOf(slot) === FORM.SHAPED ? slot : -1;
    if (move.shaped >= 0) shaper().open(slot);
  };

  const closeMove = (): void => {
    const start = outboxAt(move.outbox) + move.tail;
    if (isStripped && work.out > start) work.out = stripAnsi(bytes, start, work.out);
    move.tail = work.out - outboxAt(move.outbox);
    move.continued = work.continued ? 1 : 0;
    if (move.shaped < 0) {
      journal.commit(move);
      return noteUnfinished(move.slot);
    }
    const { drops, keep } = shaper();
    move.limited = drops.limited;
    move.overflowed = drops.overflowed;
    move.skipping = drops.isSkipping ? 1 : 0;
    journal.commit(move);
    keep();
    if (drops.limited + drops.overflowed > 0) onDropped(move.shaped);
  };

  const formatOnce = (staging: number, slot: number, mayDrop: boolean): void => {
    const base = stagingAt(staging);
    openOutbox(outboxOf(slot));
    openSlot(slot);
    work.from = base + journal.consumed(staging);
    work.to = base + journal.length(staging);
    if (move.shaped >= 0) shaper().lines(work, mayDrop);
    else (formOf(slot) === FORM.RAW ? formatRaw : formatLines)(bytes, work);
    move.staging = staging;
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

  const putLast = (slot: number, mayDrop: boolean): boolean => {
    if (move.shaped >= 0) return shaper().last(work, mayDrop);
    return (formOf(slot) === FORM.RAW ? putRaw : putLine)(bytes, work, 0, 0);
  };

  return {
    settle: (staging) => {
      const slot = journal.owner(staging);
      if (slot < 0 || journal.length(staging) === 0) return true;
      for (let mayDrop = false; ; ) {
        const isWaiting = journal.consumed(staging) < journal.length(staging);
        if (isWaiting && endOthers(outboxOf(slot), slot)) formatOnce(staging, slot, mayDrop);
        if (journal.consumed(staging) >= journal.length(staging)) {
          journal.clear(staging);
          return true;
        }
        if (outboxes[outboxOf(slot)]?.flush() === true) continue;
        if (!canDrop(slot)) return false;
        mayDrop = true;
      }
    },
    flushPartial: (slot) => {
      const index = outboxOf(slot);
      for (let mayDrop = false; ; mayDrop = true) {
        if ((words[slotWord(slot) + SLOT.CARRY_LENGTH] ?? 0) === 0) {
          words[slotWord(slot) + SLOT.CONTINUED] = 0;
          if (unfinished[index] === slot) unfinished[index] = -1;
          return true;
        }
        const isFree = endOthers(index, slot);
        openSlot(slot);
        openOutbox(index);
        if (isFree && putLast(slot, mayDrop)) break;
        if (outboxes[index]?.flush() !== true && !canDrop(slot)) return false;
      }
      move.staging = -1;
      move.carryLength = 0;
      work.continued = false;
      closeMove();
      return true;
    },
    hasRawPartial: (slot) => formOf(slot) === FORM.RAW && (words[slotWord(slot) + SLOT.CARRY_LENGTH] ?? 0) > 0,
    passOn: (slot) => {
      const index = outboxOf(slot);
      if (!endOthers(index, slot)) return;
      openSlot(slot);
      openOutbox(index);
      if (!putRaw(bytes, work, 0, 0)) return;
      move.staging = -1;
      move.carryLength = 0;
      work.continued = true;
      closeMove();
    },
    recover: () => {
      for (let slot = 0; slot < MOST_STREAMS; slot += 1) {
        const word = slotWord(slot);
        if (words[word + SLOT.RUN] !== 0 && words[word + SLOT.CONTINUED] === 1 && formOf(slot) === FORM.RAW) unfinished[outboxOf(slot)] = slot;
      }
    },
    hasDropped: (slot) => {
      const word = shapeWord(slot);
      return formOf(slot) === FORM.SHAPED && (words[word + SHAPE.LIMITED] ?? 0) + (words[word + SHAPE.OVERFLOWED] ?? 0) > 0;
    },
    sayDropped: (slot) => {
      if (!endOthers(outboxOf(slot), slot)) return false;
      openSlot(slot);
      openOutbox(outboxOf(slot));
      if (!shaper().notice(work)) return false;
      move.staging = -1;
      move.carryLength = work.carryLength;
      closeMove();
      return true;
    },
    append: (index, text) => {
      if (!endOthers(index, -1)) return false;
      openOutbox(index);
      if (text.length > work.outEnd - work.out) return false;
      bytes.set(text, work.out);
      work.out += text.length;
      move.slot = -1;
      move.shaped = -1;
      move.staging = -1;
      move.tail = work.out - outboxAt(index);
      journal.commit(move);
      return true;
    },
  };
};
