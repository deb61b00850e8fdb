/**
 * Chunks become prefixed lines: the hot loop of the log path. Works inside the black box, from a staging area and the
 * stream's carry into free space of an outbox; commits nothing. A line longer than LONGEST_LINE_BYTES becomes pieces.
 */
import { CARRY_BYTES } from '../../kernel/box/box.ts';
import { RESET, hasEscape, isLeftOpen } from './open-colour.ts';

/** A program that never ends its line must not make memory grow; what is longer is cut into pieces of this size. */
export const LONGEST_LINE_BYTES = CARRY_BYTES;

const NEWLINE = 10;
const SPACE = 32;
const PLUS = 43;
/** From this length on, a call of copyWithin is cheaper than a loop. */
const WORTH_A_CALL_BYTES = 48;

/** Reused for every call: what to format, and how far it came. All positions are in the box. */
export type Formatting = {
  /** Input [from, to); afterwards `from` is the first byte that was not used. */
  from: number;
  to: number;
  /** The unfinished line so far; afterwards 0 when it went out. */
  carryFrom: number;
  carryLength: number;
  /** The line's beginning has already gone out as a piece. */
  continued: boolean;
  prefixFrom: number;
  prefixLength: number;
  /** Output goes to [out, outEnd); afterwards `out` is the end of what was written. */
  out: number;
  outEnd: number;
  /** The input ran out inside a line: [from, to) belongs to the carry. */
  isTail: boolean;
  /** There may be a terminal sequence in what is formatted: a colour that a line leaves open is closed at its end. */
  hasEscape: boolean;
  /** Of a line that is quoted: what stands before this needs no escape. */
  plainTo: number;
};

/** Writes as many whole lines (and pieces) as there are and fit. */
export const formatLines = (bytes: Uint8Array, work: Formatting): void => {
  const to = work.to;
  let from = work.from;
  work.isTail = false;
  work.hasEscape = hasEscape(bytes, from, to) || hasEscape(bytes, work.carryFrom, work.carryFrom + work.carryLength);
  while (from < to) {
    const longest = from + LONGEST_LINE_BYTES - work.carryLength;
    const stop = longest < to ? longest : to;
    let end = from;
    while (end < stop && bytes[end] !== NEWLINE) end += 1;
    if (end === to) {
      work.isTail = true;
      break;
    }
    // What stands at `end` is the newline, or the first byte beyond the longest line: then this is a piece.
    if (!putLine(bytes, work, from, end)) break;
    const isWhole = bytes[end] === NEWLINE;
    from = isWhole ? end + 1 : end;
    work.carryLength = 0;
    work.continued = !isWhole;
  }
  work.from = from;
};

/** As formatLines, but the bytes go out as they came: neither prefix nor pieces. Lines stay whole where they fit into a carry. */
export const formatRaw = (bytes: Uint8Array, work: Formatting): void => {
  work.isTail = false;
  while (work.from < work.to) {
    const newline = bytes.subarray(work.from, work.to).lastIndexOf(NEWLINE);
    const isKept = newline < 0 && work.carryLength + work.to - work.from <= CARRY_BYTES;
    if (isKept) {
      work.isTail = true;
      return;
    }
    const end = newline < 0 ? work.to : work.from + newline + 1;
    if (!putRaw(bytes, work, work.from, end)) return;
    work.from = end;
    work.carryLength = 0;
    if (newline >= 0) work.continued = false;
  }
};

/** Appends carry and [from, end); false when there is no room. */
export const putRaw = (bytes: Uint8Array, work: Formatting, from: number, end: number): boolean => {
  if (work.outEnd - work.out < work.carryLength + end - from) return false;
  bytes.copyWithin(work.out, work.carryFrom, work.carryFrom + work.carryLength);
  work.out += work.carryLength;
  bytes.copyWithin(work.out, from, end);
  work.out += end - from;
  return true;
};

/** Appends prefix, carry, [from, end) and a newline; false when there is no room. */
export const putLine = (bytes: Uint8Array, work: Formatting, from: number, end: number): boolean => {
  const { prefixFrom, prefixLength, carryLength } = work;
  let out = work.out;
  if (work.outEnd - out < prefixLength + 1 + carryLength + (end - from) + RESET.length + 1) return false;
  for (let index = 0; index < prefixLength; index += 1) bytes[out + index] = bytes[prefixFrom + index] ?? 0;
  out += prefixLength;
  if (work.continued && prefixLength > 0) {
    bytes[out - 1] = PLUS;
    bytes[out] = SPACE;
    out += 1;
  }
  const text = out;
  if (carryLength > 0) {
    bytes.copyWithin(out, work.carryFrom, work.carryFrom + carryLength);
    out += carryLength;
  }
  const length = end - from;
  if (length >= WORTH_A_CALL_BYTES) bytes.copyWithin(out, from, end);
  else for (let index = 0; index < length; index += 1) bytes[out + index] = bytes[from + index] ?? 0;
  out += length;
  if (work.hasEscape && isLeftOpen(bytes, text, out)) {
    bytes.set(RESET, out);
    out += RESET.length;
  }
  bytes[out] = NEWLINE;
  work.out = out + 1;
  return true;
};
