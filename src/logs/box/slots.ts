/**
 * The record that each captured stream has in the black box: whose it is, its unfinished line, the prefix of its lines
 * and where they go. Complete in itself, so that a successor can finish a line without knowing the program.
 */
import { CARRY_AT, CARRY_BYTES, MOST_STREAMS, STREAM_BYTES, STREAMS_AT } from '../../kernel/box/box.ts';
import type { Box } from '../../kernel/box/box.ts';

/** Words of a record. */
export const SLOT = { RUN: 0, STREAM: 1, CARRY_LENGTH: 2, CONTINUED: 3, PREFIX_LENGTH: 4, TARGET: 5, PROCESS: 6, FORM: 7 } as const;

/** How lines are made: behind the prefix in the record, not at all, or by the shape beside it (shapes.ts). */
export const FORM = { PREFIX: 0, RAW: 1, SHAPED: 2 } as const;
export type Form = (typeof FORM)[keyof typeof FORM];

const PREFIX_OFFSET = 32;
export const PREFIX_BYTES = STREAM_BYTES - PREFIX_OFFSET;

/** Index of no process: of a stream whose process is gone from the configuration. */
const NOBODY = -1;

export type StreamName = 'stdout' | 'stderr';

/** Index of a slot's first word. */
export const slotWord = (slot: number): number => (STREAMS_AT + slot * STREAM_BYTES) / 4;
export const prefixAt = (slot: number): number => STREAMS_AT + slot * STREAM_BYTES + PREFIX_OFFSET;
export const carryAt = (slot: number): number => CARRY_AT + slot * CARRY_BYTES;

/** Completes the record, before it counts. `isNew`: no predecessor has left it. */
export type Complete = (slot: number, isNew: boolean) => void;

export type Slots = {
  /** The slot of this stream, left by a predecessor or new; null when all are taken. */
  readonly take: (process: number, run: number, stream: StreamName, target: number, prefix: Uint8Array, form: Form, complete?: Complete) => number | null;
  /** Processes have other indices now; of those not named, the stream belongs to none. */
  readonly renumber: (moved: ReadonlyMap<number, number>) => void;
  /** Index of the process whose run a predecessor was reading; null when it read none of that number. */
  readonly processOf: (run: number) => number | null;
  readonly release: (slot: number) => void;
  /** Slots that a predecessor left and nobody has taken since. */
  readonly leftOver: () => readonly number[];
};

export const createSlots = (box: Box): Slots => {
  const { words, bytes } = box;
  const inherited = new Map<string, number>();
  const free: number[] = [];
  /** All slots from here on have never been used. */
  let unused = 0;

  for (let slot = 0; slot < MOST_STREAMS && !box.isFresh; slot += 1) {
    const word = slotWord(slot);
    const run = words[word] ?? 0;
    if (run !== 0) inherited.set(keyOf(run, words[word + SLOT.STREAM] === 2 ? 'stderr' : 'stdout'), slot);
  }
  const held = new Set(inherited.values());

  const takeFree = (): number | null => {
    const again = free.pop();
    if (again !== undefined) return again;
    while (held.has(unused)) unused += 1;
    if (unused >= MOST_STREAMS) return null;
    unused += 1;
    return unused - 1;
  };

  return {
    take: (process, run, stream, target, prefix, form, complete = () => {}) => {
      const key = keyOf(run, stream);
      const former = inherited.get(key);
      const slot = former ?? takeFree();
      if (slot === null) return null;
      const word = slotWord(slot);
      if (former === undefined) {
        words[word + SLOT.CARRY_LENGTH] = 0;
        words[word + SLOT.CONTINUED] = 0;
      }
      inherited.delete(key);
      bytes.set(prefix, prefixAt(slot));
      words[word + SLOT.PREFIX_LENGTH] = prefix.length;
      words[word + SLOT.STREAM] = stream === 'stdout' ? 1 : 2;
      words[word + SLOT.TARGET] = target;
      words[word + SLOT.PROCESS] = process;
      words[word + SLOT.FORM] = form;
      complete(slot, former === undefined);
      Atomics.store(words, word + SLOT.RUN, run);
      return slot;
    },
    processOf: (run) => {
      const slot = inherited.get(keyOf(run, 'stdout')) ?? inherited.get(keyOf(run, 'stderr'));
      const process = slot === undefined ? NOBODY : (words[slotWord(slot) + SLOT.PROCESS] ?? NOBODY);
      return process === NOBODY ? null : process;
    },
    release: (slot) => {
      Atomics.store(words, slotWord(slot) + SLOT.RUN, 0);
      for (const [key, left] of inherited) if (left === slot) inherited.delete(key);
      free.push(slot);
    },
    renumber: (moved) => {
      for (let slot = 0; slot < Math.max(unused, ...held, 0); slot += 1) {
        const at = slotWord(slot) + SLOT.PROCESS;
        words[at] = moved.get(words[at] ?? NOBODY) ?? NOBODY;
      }
    },
    leftOver: () => [...inherited.values()],
  };
};

const keyOf = (run: number, stream: StreamName): string => `${run} ${stream}`;
