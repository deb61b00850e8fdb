/**
 * Chunks become lines of a shape of their own, where one is configured: another prefix, the time, JSON; and lines that are too many are
 * dropped and counted. As format.ts it works inside the black box and commits nothing: stage.ts does, with the counts in the same record.
 */
import type { Box } from '../../kernel/box/box.ts';
import { LONGEST_LINE_BYTES } from './format.ts';
import type { Formatting } from './format.ts';
import { createHeads } from './heads.ts';
import type { Heads, Timed } from './heads.ts';
import { createLineQuota } from './line-quota.ts';
import { createLineWriter } from './line-writer.ts';
import { createQuoting, unfinishedBytes } from './quoting.ts';
import type { Quoting } from './quoting.ts';
import { SHAPE, readShape, shapeWord } from './shapes.ts';
import type { ShapeRecord } from './shapes.ts';

const NEWLINE = 10;

export type Shaper = {
  /** Of the slot that is open: lines dropped that nobody has been told of, and whether the line under way is one of them. */
  readonly drops: { limited: number; overflowed: number; isSkipping: boolean };
  /** The slot has another shape now. */
  readonly forget: (slot: number) => void;
  /** Comes before lines(), last() and notice(); keep() comes when what they made has been committed. */
  readonly open: (slot: number) => void;
  /** As formatLines(). `mayDrop`: what finds no room is dropped. */
  readonly lines: (work: Formatting, mayDrop: boolean) => void;
  /** The unfinished line, at the end of its stream. False: no room. */
  readonly last: (work: Formatting, mayDrop: boolean) => boolean;
  /** Says what was dropped. False: no room, or a line is under way. */
  readonly notice: (work: Formatting) => boolean;
  readonly keep: () => void;
  /** When what log_limit dropped is to be said, at the latest. */
  readonly noticeAtMs: (slot: number) => number;
};

/** Monotonic and wall-clock time. */
export type ShaperTimes = { readonly nowMs: () => number; readonly wallMs: () => number };

type Known = { readonly record: ShapeRecord; readonly heads: Timed };

export const createShaper = (box: Box, { nowMs, wallMs }: ShaperTimes, isStripped: boolean): Shaper => {
  const { bytes, words } = box;
  const slots: (Known | undefined)[] = [];
  let madeQuoting: Quoting | null = null;
  const quoting = (): Quoting => (madeQuoting ??= createQuoting());
  const writer = createLineWriter(bytes, quoting, isStripped);
  const quota = createLineQuota(words, nowMs);
  const drops = { limited: 0, overflowed: 0, isSkipping: false };
  let heads: Heads;

  const know = (slot: number): Known => {
    const record = readShape(box, slot);
    return (slots[slot] = { record, heads: createHeads(record) });
  };

  const open = (slot: number): void => {
    const known = slots[slot] ?? know(slot);
    heads = known.heads.at(wallMs());
    const word = shapeWord(slot);
    drops.limited = words[word + SHAPE.LIMITED] ?? 0;
    drops.overflowed = words[word + SHAPE.OVERFLOWED] ?? 0;
    drops.isSkipping = words[word + SHAPE.SKIPPING] === 1;
    quota.open(word, known.record.linesPerSecond);
  };

  const notice = (work: Formatting): boolean => {
    if (drops.limited + drops.overflowed === 0) return true;
    // In the middle of a line of format raw it would look like that line's end.
    if ((heads.isRaw && work.continued) || !writer.append(work, heads.noticeOf(drops.limited, drops.overflowed))) return false;
    drops.limited = drops.overflowed = 0;
    return true;
  };

  /** Puts a line behind the words for those dropped before it, or neither. */
  const put = (work: Formatting, from: number, end: number, hasEnd: boolean): boolean => {
    if (drops.limited + drops.overflowed === 0 || work.continued) return writer.put(work, heads, from, end, hasEnd);
    const { out } = work;
    const { limited, overflowed } = drops;
    if (notice(work) && writer.put(work, heads, from, end, hasEnd)) return true;
    work.out = out;
    Object.assign(drops, { limited, overflowed });
    return false;
  };

  /** A line, or a piece of one, goes out or is dropped; false: it has to wait. */
  const place = (work: Formatting, from: number, end: number, hasEnd: boolean, mayDrop: boolean): boolean => {
    if (drops.isSkipping) drops.isSkipping = !hasEnd;
    else if (!work.continued && !quota.hasRoom()) {
      drops.limited += 1;
      drops.isSkipping = !hasEnd;
    } else if (put(work, from, end, hasEnd)) {
      if (!work.continued) quota.take();
    } else if (mayDrop) {
      drops.overflowed += 1;
      drops.isSkipping = !hasEnd;
    } else return false;
    return true;
  };

  return {
    drops,
    forget: (slot) => {
      slots[slot] = undefined;
    },
    open,
    lines: (work, mayDrop) => {
      const { to } = work;
      work.isTail = false;
      while (work.from < to) {
        const { from } = work;
        const longest = from + LONGEST_LINE_BYTES - work.carryLength;
        const stop = longest < to ? longest : to;
        work.plainTo = heads.isQuoted ? quoting().plainEnd(bytes, from, stop) : from;
        let end = work.plainTo;
        while (end < stop && bytes[end] !== NEWLINE) end += 1;
        const hasEnd = end < to && bytes[end] === NEWLINE;
        // A piece ends with a whole character, lest it could not be read as text.
        const cut = heads.isQuoted && !hasEnd && end === longest ? unfinishedBytes(bytes, from, end) : 0;
        if (end === to && cut === 0) {
          work.isTail = true;
          return;
        }
        if (!place(work, from, end - cut, hasEnd, mayDrop)) return;
        work.from = hasEnd ? end + 1 : end - cut;
        work.carryLength = 0;
        work.continued = !hasEnd;
      }
    },
    last: (work, mayDrop) => {
      work.plainTo = 0;
      const isPlaced = place(work, 0, 0, false, mayDrop);
      if (isPlaced) drops.isSkipping = false;
      return isPlaced;
    },
    notice,
    keep: quota.keep,
    noticeAtMs: (slot) => ((words[shapeWord(slot) + SHAPE.LIMITED] ?? 0) === 0 ? 0 : quota.endMs(shapeWord(slot))),
  };
};
