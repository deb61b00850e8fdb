/**
 * Layout of the black box: the memory that outlives a supervisor. Only addresses and the two areas that are no log
 * (memo, configuration); what the log areas mean is in src/logs. The file is sparse: a page costs memory once it is touched,
 * so every area starts with what is used most.
 *
 *   from       bytes      area
 *   0          32 KiB     head: magic, version, time that does not count, redo record, staging and outbox positions (32-bit words, see HEAD)
 *   32 KiB     32 KiB     init's: what it knows while there is no supervisor (src/init/supervise/absence.h); no supervisor reads or writes it
 *   64 KiB     896 KiB    streams: one record of 192 bytes for each captured stream
 *   960 KiB    64 KiB     schedules: 16 bytes for each process, from when its next time is reckoned (schedule-box.ts)
 *   1 MiB      1 MiB      memo, bank 0: slots of 256 bytes, two copies each
 *   2 MiB      2 MiB      configuration, bank 0: length, then bytes
 *   4 MiB      2 MiB      configuration, bank 1
 *   6 MiB      1 MiB      memo, bank 1
 *   7 MiB      512 KiB    names of the processes, bank 0: length, then one name behind the other, each with a zero byte
 *   7.5 MiB    512 KiB    names of the processes, bank 1
 *   8 MiB      1 MiB      staging: 4 x 256 KiB, where read(2) puts what programs wrote
 *   9 MiB      1 MiB      outboxes: 2 x 512 KiB, lines on their way to the container's stdout and stderr
 *   10 MiB     1 MiB      event listeners: a snapshot of their pools, two copies (event-box.ts)
 *   11 MiB     4 MiB      shapes: one record of 1 KiB for each captured stream whose lines have a shape of their own
 *   15 MiB     1 MiB      what programs have said about themselves, two copies (report-box.ts)
 *   16 MiB     256 MiB    carries: 64 KiB for each captured stream, its unfinished line
 */
import type { Native } from '../native.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

export const MOST_STREAMS = 4_096;
export const MEMO_SLOTS = 4_096;
/** What a memo slot holds at most. */
export const MEMO_BYTES = 124;
export const CONFIGURATION_BYTES = 2 * MIB - 8;

export const STREAMS_AT = 64 * KIB;
export const STREAM_BYTES = 192;
export const SCHEDULES_AT = 960 * KIB;
/** By bank: one is valid, in the other the next configuration is prepared. */
const MEMO_AT = [MIB, 6 * MIB] as const;
const CONFIGURATION_AT = [2 * MIB, 4 * MIB] as const;
/** For `tsinit healthcheck` (src/init/tools/healthcheck.c), which reads states by name and no configuration. */
const NAMES_AT = [7 * MIB, 7 * MIB + 512 * KIB] as const;
const NAMES_BYTES = 512 * KIB - 4;
export const STAGING_AT = 8 * MIB;
export const STAGING_BYTES = 256 * KIB;
export const OUTBOX_AT = 9 * MIB;
export const OUTBOX_BYTES = 512 * KIB;
export const EVENTS_AT = 10 * MIB;
export const EVENTS_BYTES = MIB;
/** What stands around the lines of a stream, where that is not the usual prefix. */
export const SHAPES_AT = 11 * MIB;
export const SHAPE_BYTES = 1_024;
export const REPORTS_AT = 15 * MIB;
export const REPORTS_BYTES = MIB;
export const CARRY_AT = 16 * MIB;
export const CARRY_BYTES = 64 * KIB;
export const BOX_BYTES = CARRY_AT + MOST_STREAMS * CARRY_BYTES;

/** Indexes of 32-bit words in the head. */
export const HEAD = { MAGIC: 0, VERSION: 1, BANK: 2, FROZEN: 3, REDO: 16, STAGING: 64, OUTBOX: 128 } as const;

const MAGIC = 0x7864_6274;
const VERSION = 2;
const MEMO_SLOT_BYTES = 256;
/** Unit of the word FROZEN: 32 bits of it are two years. */
const FROZEN_UNIT_MS = 16;
/** In the word that names the valid bank: a configuration in the other one is about to take over. */
const IS_NEXT_READY = 2;

export type Memo = {
  /** Replaces the slot's content, at once or not at all. At most MEMO_BYTES. */
  readonly write: (slot: number, bytes: Uint8Array) => void;
  /** A copy of what was last written; empty when nothing was. */
  readonly read: (slot: number) => Uint8Array;
  /** Writes the slot of the bank that is not valid yet. */
  readonly writeNext: (slot: number, bytes: Uint8Array) => void;
  /** What was prepared counts from now on, memo and configuration together: one store, so that a successor sees all of it or nothing. */
  readonly switchToNext: () => void;
};

export type Box = {
  readonly fd: number;
  /** All of it, by bytes and by 32-bit words. */
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly memo: Memo;
  /** How long everything has stood still so far (active-clock.ts): deadlines in the memo stand on a clock that leaves it out. */
  readonly frozenMs: () => number;
  readonly keepFrozenMs: (frozenMs: number) => void;
  /** False: what an earlier supervisor wrote is here. */
  readonly isFresh: boolean;
  /** The configuration that is in force; empty before the first was written. Written together with the names of its processes, in order of their slots. */
  readonly readConfiguration: () => Uint8Array;
  readonly writeConfiguration: (bytes: Uint8Array, names?: readonly string[]) => void;
  /** The configuration that is about to take over (memo.switchToNext() ends that); null when there is none. */
  readonly readNextConfiguration: () => Uint8Array | null;
  /** Null: none is about to take over any more. */
  readonly writeNextConfiguration: (bytes: Uint8Array | null, names?: readonly string[]) => void;
  /** Prepares what counts together with the memo from memo.switchToNext() on; until then a successor does not see it. */
  readonly prepareConfiguration: (bytes: Uint8Array, names?: readonly string[]) => void;
};

/** Maps the part of the box at `fd` that a start needs: memo and configuration. An empty file becomes a fresh box. Throws when it
 *  is of another version. All of it at once would make V8 collect garbage before the first program is started. */
export const openBox = (native: Native, fd: number): Box => {
  const buffer = native.mapBox(fd, STAGING_AT);
  return boxOn(fd, new Uint8Array(buffer), new Int32Array(buffer));
};

/** The same box with the areas of the log path: the same memory, mapped once more. */
export const openWholeBox = (native: Native, head: Box): Box => {
  const buffer = native.mapBox(head.fd, BOX_BYTES);
  return { ...boxOn(head.fd, new Uint8Array(buffer), new Int32Array(buffer)), isFresh: head.isFresh };
};

/** A box over memory that is already there. */
export const boxOn = (fd: number, bytes: Uint8Array, words: Int32Array): Box => {
  const isFresh = words[HEAD.MAGIC] === 0;
  if (isFresh) {
    words[HEAD.VERSION] = VERSION;
    Atomics.store(words, HEAD.MAGIC, MAGIC);
  } else if (words[HEAD.MAGIC] !== MAGIC || words[HEAD.VERSION] !== VERSION) {
    throw new Error(`cannot use the black box: it is of version ${words[HEAD.VERSION] ?? 0}, this supervisor writes ${VERSION}`);
  }
  const configuration = configurationsOn(bytes, words);
  return {
    fd,
    bytes,
    words,
    isFresh,
    memo: memoOn(bytes, words),
    frozenMs: () => (Atomics.load(words, HEAD.FROZEN) >>> 0) * FROZEN_UNIT_MS,
    keepFrozenMs: (frozenMs) => void Atomics.store(words, HEAD.FROZEN, Math.round(frozenMs / FROZEN_UNIT_MS) | 0),
    readConfiguration: () => configuration.read(bankOf(words)),
    writeConfiguration: (content, names) => configuration.write(bankOf(words), content, names),
    readNextConfiguration: () => (((words[HEAD.BANK] ?? 0) & IS_NEXT_READY) !== 0 ? configuration.read(otherBankOf(words)) : null),
    writeNextConfiguration: (content, names) => {
      const bank = bankOf(words);
      Atomics.store(words, HEAD.BANK, bank);
      if (content === null) return;
      configuration.write(otherBankOf(words), content, names);
      Atomics.store(words, HEAD.BANK, bank | IS_NEXT_READY);
    },
    prepareConfiguration: (content, names) => {
      Atomics.store(words, HEAD.BANK, bankOf(words));
      configuration.write(otherBankOf(words), content, names);
    },
  };
};

const bankOf = (words: Int32Array): 0 | 1 => (((words[HEAD.BANK] ?? 0) & 1) === 1 ? 1 : 0);
const otherBankOf = (words: Int32Array): 0 | 1 => (bankOf(words) === 1 ? 0 : 1);

const configurationsOn = (bytes: Uint8Array, words: Int32Array) => ({
  read: (bank: 0 | 1): Uint8Array => {
    const at = CONFIGURATION_AT[bank];
    return bytes.slice(at + 8, at + 8 + (words[at / 4] ?? 0));
  },
  write: (bank: 0 | 1, content: Uint8Array, names: readonly string[] = []): void => {
    if (content.length > CONFIGURATION_BYTES) throw new Error(`cannot keep the configuration: ${content.length} bytes, at most ${CONFIGURATION_BYTES}`);
    const at = CONFIGURATION_AT[bank];
    Atomics.store(words, at / 4, 0);
    bytes.set(content, at + 8);
    writeNames(bytes, words, bank, names);
    Atomics.store(words, at / 4, content.length);
  },
});

/** What does not fit is left out: a check by such a name then says that there is none. */
const writeNames = (bytes: Uint8Array, words: Int32Array, bank: 0 | 1, names: readonly string[]): void => {
  const at = NAMES_AT[bank];
  const { read, written } = new TextEncoder().encodeInto(names.map((name) => `${name}\0`).join(''), bytes.subarray(at + 4, at + 4 + NAMES_BYTES));
  Atomics.store(words, at / 4, read === 0 ? 0 : written);
};

/** One word says which copy counts and how long it is: storing that word is the commit. */
const memoOn = (bytes: Uint8Array, words: Int32Array): Memo => {
  const write = (bank: 0 | 1, slot: number, content: Uint8Array): void => {
    if (slot < 0 || slot >= MEMO_SLOTS || content.length > MEMO_BYTES) throw new Error(`memo slot ${slot} cannot hold ${content.length} bytes`);
    const at = MEMO_AT[bank] + slot * MEMO_SLOT_BYTES;
    const copy = (words[at / 4] ?? 0) >> 16 === 1 ? 2 : 1;
    bytes.set(content, memoCopyAt(at, copy));
    Atomics.store(words, at / 4, (copy << 16) | content.length);
  };
  return {
    write: (slot, content) => write(bankOf(words), slot, content),
    writeNext: (slot, content) => write(otherBankOf(words), slot, content),
    switchToNext: () => void Atomics.store(words, HEAD.BANK, otherBankOf(words)),
    read: (slot) => {
      const at = MEMO_AT[bankOf(words)] + slot * MEMO_SLOT_BYTES;
      const word = words[at / 4] ?? 0;
      if (word === 0) return new Uint8Array(0);
      const from = memoCopyAt(at, word >> 16);
      return bytes.slice(from, from + (word & 0xffff));
    },
  };
};

const memoCopyAt = (slotAt: number, copy: number): number => slotAt + 4 + (copy - 1) * MEMO_BYTES;
