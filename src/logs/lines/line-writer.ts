/** Puts one line, within what its shape has around it, into free space of an outbox. */
import { CARRY_BYTES } from '../../kernel/box/box.ts';
import { copyBytes } from '../box/copy-bytes.ts';
import type { Formatting } from './format.ts';
import type { Heads } from './heads.ts';
import { RESET, hasEscape, isLeftOpen } from './open-colour.ts';
import type { Quoting } from './quoting.ts';
import { stripAnsi } from './strip-ansi.ts';

const RETURN = 13;

export type LineWriter = {
  /** Appends the carry and [from, end); false when there is no room, and nothing is changed. `hasEnd`: the newline stands there too. */
  readonly put: (work: Formatting, heads: Heads, from: number, end: number, hasEnd: boolean) => boolean;
  /** Appends finished text. */
  readonly append: (work: Formatting, text: Uint8Array) => boolean;
};

export const createLineWriter = (bytes: Uint8Array, quoting: () => Quoting, isStripped: boolean): LineWriter => {
  /** A line in one piece, where it has to be looked at as a whole. */
  let scratch: Uint8Array | null = null;

  const gather = (work: Formatting, from: number, end: number): number => {
    scratch ??= new Uint8Array(2 * CARRY_BYTES);
    scratch.set(bytes.subarray(work.carryFrom, work.carryFrom + work.carryLength));
    scratch.set(bytes.subarray(from, end), work.carryLength);
    const length = work.carryLength + end - from;
    return isStripped ? stripAnsi(scratch, 0, length) : length;
  };

  /** The line's end, or -1. A carriage return in front of the newline is part of the end: terminals write it. */
  const putQuoted = (work: Formatting, out: number, from: number, end: number, hasEnd: boolean): number => {
    let source = bytes;
    let start = from;
    let stop = end;
    let plainTo = work.plainTo;
    if (work.carryLength > 0 || isStripped) {
      stop = gather(work, from, end);
      source = scratch ?? bytes;
      start = plainTo = 0;
    }
    if (hasEnd && stop > start && source[stop - 1] === RETURN) stop -= 1;
    return quoting().quote(bytes, out, work.outEnd, source, start, stop, plainTo);
  };

  const putPlain = (work: Formatting, at: number, from: number, end: number): number => {
    const { carryLength, carryFrom } = work;
    if (work.outEnd - at < carryLength + end - from) return -1;
    if (carryLength > 0) bytes.copyWithin(at, carryFrom, carryFrom + carryLength);
    copyBytes(bytes, at + carryLength, bytes, from, end - from);
    return at + carryLength + end - from;
  };

  /** Of [from, end): -1 stands for no room. */
  const closeColour = (work: Formatting, from: number, end: number): number => {
    if (end < 0 || !hasEscape(bytes, from, end) || !isLeftOpen(bytes, from, end)) return end;
    if (work.outEnd - end < RESET.length) return -1;
    bytes.set(RESET, end);
    return end + RESET.length;
  };

  return {
    put: (work, heads, from, end, hasEnd) => {
      const head = work.continued ? heads.continuedHead : heads.head;
      if (work.outEnd - work.out < head.length) return false;
      copyBytes(bytes, work.out, head, 0, head.length);
      const at = work.out + head.length;
      const text = heads.isQuoted ? putQuoted(work, at, from, end, hasEnd) : putPlain(work, at, from, end);
      const out = heads.isQuoted || heads.isRaw ? text : closeColour(work, at, text);
      const tail = hasEnd ? heads.tail : heads.tailWithoutEnd;
      if (out < 0 || work.outEnd - out < tail.length) return false;
      for (let index = 0; index < tail.length; index += 1) bytes[out + index] = tail[index] ?? 0;
      work.out = out + tail.length;
      return true;
    },
    append: (work, text) => {
      if (work.outEnd - work.out < text.length) return false;
      bytes.set(text, work.out);
      work.out += text.length;
      return true;
    },
  };
};
