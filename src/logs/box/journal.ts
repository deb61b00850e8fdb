/**
 * What makes the log path exact across SIGKILL: staging areas, outboxes, and a redo record that moves several positions
 * at once. New bytes are first written where nothing valid is; then the record says what they mean, its flag is set, the
 * record is applied, the flag is cleared. A successor that finds the flag set applies the record again: applying twice is
 * the same as applying once, because what it copies from is not touched before the flag is cleared.
 */
import { HEAD, OUTBOX_AT, OUTBOX_BYTES, STAGING_AT, STAGING_BYTES } from '../../kernel/box/box.ts';
import type { Box } from '../../kernel/box/box.ts';
import { SHAPE, shapeWord } from '../lines/shapes.ts';
import { SLOT, carryAt, slotWord } from './slots.ts';

export const STAGINGS = 4;
export const OUTBOXES = 2;
const WORDS_EACH = 8;
const REDO = {
  FLAG: 0,
  SLOT: 1,
  CARRY_AT: 2,
  TAIL_FROM: 3,
  TAIL_LENGTH: 4,
  CARRY_LENGTH: 5,
  CONTINUED: 6,
  OUTBOX: 7,
  HEAD: 8,
  TAIL: 9,
  STAGING: 10,
  CONSUMED: 11,
  SHAPED: 12,
  LIMITED: 13,
  OVERFLOWED: 14,
  SKIPPING: 15,
} as const;
const STAGED = { OWNER: 0, LENGTH: 1, CONSUMED: 2, NUMBER: 3 } as const;
const QUEUED = { HEAD: 0, TAIL: 1 } as const;

/** One move of everything that belongs together. -1: this part does not move. */
export type Move = {
  slot: number;
  /** Bytes [tailFrom, tailFrom + tailLength) of the box go into the slot's carry at `carryOffset`. */
  carryOffset: number;
  tailFrom: number;
  tailLength: number;
  carryLength: number;
  continued: number;
  outbox: number;
  head: number;
  tail: number;
  staging: number;
  consumed: number;
  /** Of this slot: what its shape has dropped and not said yet. */
  shaped: number;
  limited: number;
  overflowed: number;
  skipping: number;
};

/** A move of nothing. */
export const noMove = (): Move => ({
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
  shaped: -1,
  limited: 0,
  overflowed: 0,
  skipping: 0,
});

export type Journal = {
  readonly commit: (move: Move) => void;
  /** Completes what a predecessor was doing; finds what its last read(2) brought. */
  readonly replay: () => void;
  /** Bytes of this staging area that a predecessor has read and not counted (filled()); nothing may be read there before they are. */
  readonly found: (staging: number) => number;
  /** Slot whose bytes are in this staging area; -1 when it is empty. */
  readonly owner: (staging: number) => number;
  readonly length: (staging: number) => number;
  readonly consumed: (staging: number) => number;
  /** Before read(2): whose bytes will be there. */
  readonly claim: (staging: number, slot: number) => void;
  /** Number of the claim: tells one piece of output from all others of this area. */
  readonly number: (staging: number) => number;
  /** After read(2): how many there are. */
  readonly filled: (staging: number, length: number) => void;
  /** Everything has been used: zeroes are left for the next read. */
  readonly clear: (staging: number) => void;
  readonly head: (outbox: number) => number;
  readonly tail: (outbox: number) => number;
  readonly advance: (outbox: number, head: number) => void;
};

export const stagingAt = (staging: number): number => STAGING_AT + staging * STAGING_BYTES;
export const outboxAt = (outbox: number): number => OUTBOX_AT + outbox * OUTBOX_BYTES;

/** `onStep` is called between any two stores that a crash could fall between: tests crash there. */
export const createJournal = (box: Box, onStep: () => void = () => {}): Journal => {
  const { words, bytes } = box;
  const staged = (staging: number): number => HEAD.STAGING + staging * WORDS_EACH;
  const queued = (outbox: number): number => HEAD.OUTBOX + outbox * WORDS_EACH;
  const get = (index: number): number => words[index] ?? 0;
  const put = (index: number, value: number): void => {
    Atomics.store(words, index, value);
    onStep();
  };

  const apply = (): void => {
    const slot = get(HEAD.REDO + REDO.SLOT);
    if (slot >= 0) {
      const from = get(HEAD.REDO + REDO.TAIL_FROM);
      bytes.copyWithin(carryAt(slot) + get(HEAD.REDO + REDO.CARRY_AT), from, from + get(HEAD.REDO + REDO.TAIL_LENGTH));
      put(slotWord(slot) + SLOT.CARRY_LENGTH, get(HEAD.REDO + REDO.CARRY_LENGTH));
      put(slotWord(slot) + SLOT.CONTINUED, get(HEAD.REDO + REDO.CONTINUED));
    }
    const outbox = get(HEAD.REDO + REDO.OUTBOX);
    if (outbox >= 0) {
      put(queued(outbox) + QUEUED.HEAD, get(HEAD.REDO + REDO.HEAD));
      put(queued(outbox) + QUEUED.TAIL, get(HEAD.REDO + REDO.TAIL));
    }
    const staging = get(HEAD.REDO + REDO.STAGING);
    if (staging >= 0) put(staged(staging) + STAGED.CONSUMED, get(HEAD.REDO + REDO.CONSUMED));
    const shaped = get(HEAD.REDO + REDO.SHAPED);
    if (shaped >= 0) {
      put(shapeWord(shaped) + SHAPE.LIMITED, get(HEAD.REDO + REDO.LIMITED));
      put(shapeWord(shaped) + SHAPE.OVERFLOWED, get(HEAD.REDO + REDO.OVERFLOWED));
      put(shapeWord(shaped) + SHAPE.SKIPPING, get(HEAD.REDO + REDO.SKIPPING));
    }
    put(HEAD.REDO + REDO.FLAG, 0);
  };

  const commit = (move: Move): void => {
    words[HEAD.REDO + REDO.SLOT] = move.slot;
    words[HEAD.REDO + REDO.CARRY_AT] = move.carryOffset;
    words[HEAD.REDO + REDO.TAIL_FROM] = move.tailFrom;
    words[HEAD.REDO + REDO.TAIL_LENGTH] = move.tailLength;
    words[HEAD.REDO + REDO.CARRY_LENGTH] = move.carryLength;
    words[HEAD.REDO + REDO.CONTINUED] = move.continued;
    words[HEAD.REDO + REDO.OUTBOX] = move.outbox;
    words[HEAD.REDO + REDO.HEAD] = move.head;
    words[HEAD.REDO + REDO.TAIL] = move.tail;
    words[HEAD.REDO + REDO.STAGING] = move.staging;
    words[HEAD.REDO + REDO.CONSUMED] = move.consumed;
    words[HEAD.REDO + REDO.SHAPED] = move.shaped;
    words[HEAD.REDO + REDO.LIMITED] = move.limited;
    words[HEAD.REDO + REDO.OVERFLOWED] = move.overflowed;
    words[HEAD.REDO + REDO.SKIPPING] = move.skipping;
    onStep();
    put(HEAD.REDO + REDO.FLAG, 1);
    apply();
  };

  /** Of each staging area: bytes that a predecessor has read and not counted. */
  const found = Array.from({ length: STAGINGS }, () => 0);

  const filled = (staging: number, length: number): void => {
    put(staged(staging) + STAGED.LENGTH, length);
    found[staging] = 0;
  };

  const clear = (staging: number): void => {
    bytes.fill(0, stagingAt(staging), stagingAt(staging) + get(staged(staging) + STAGED.LENGTH));
    put(staged(staging) + STAGED.LENGTH, 0);
    put(staged(staging) + STAGED.CONSUMED, 0);
    put(staged(staging) + STAGED.OWNER, 0);
  };

  const claim = (staging: number, slot: number): void => {
    words[staged(staging) + STAGED.NUMBER] = (get(staged(staging) + STAGED.NUMBER) + 1) | 0;
    put(staged(staging) + STAGED.OWNER, slot + 1);
  };

  const recover = (staging: number): void => {
    const at = staged(staging);
    if (get(at + STAGED.OWNER) === 0) return;
    if (get(at + STAGED.LENGTH) === 0) {
      words[at + STAGED.CONSUMED] = 0;
      found[staging] = bytesBeforeZeroes(bytes, stagingAt(staging));
      if (found[staging] > 0) return;
    }
    if (get(at + STAGED.CONSUMED) === get(at + STAGED.LENGTH)) clear(staging);
  };

  return {
    commit,
    claim,
    clear,
    replay: () => {
      if (get(HEAD.REDO + REDO.FLAG) !== 0) apply();
      for (let staging = 0; staging < STAGINGS; staging += 1) recover(staging);
    },
    owner: (staging) => get(staged(staging) + STAGED.OWNER) - 1,
    number: (staging) => get(staged(staging) + STAGED.NUMBER),
    length: (staging) => get(staged(staging) + STAGED.LENGTH),
    consumed: (staging) => get(staged(staging) + STAGED.CONSUMED),
    filled,
    found: (staging) => found[staging] ?? 0,
    head: (outbox) => get(queued(outbox) + QUEUED.HEAD),
    tail: (outbox) => get(queued(outbox) + QUEUED.TAIL),
    advance: (outbox, head) => put(queued(outbox) + QUEUED.HEAD, head),
  };
};

/** read(2) ran but its result was lost: what it brought ends with the last byte that is not zero. */
const bytesBeforeZeroes = (bytes: Uint8Array, from: number): number => {
  let end = from + STAGING_BYTES;
  while (end > from && bytes[end - 1] === 0) end -= 1;
  return end - from;
};
