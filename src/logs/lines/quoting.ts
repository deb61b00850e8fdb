/**
 * Bytes of a program as the inside of a JSON string: what JSON has no letters for is escaped, what is no UTF-8 becomes U+FFFD, so that
 * every line can be read. Works in place, without strings.
 */
import { copyBytes } from '../box/copy-bytes.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const LETTER_U = 117;
const ZERO = 48;
const REPLACEMENT = [0xef, 0xbf, 0xbd] as const;
/** The longest that one byte becomes: \u001b. */
const LONGEST_ESCAPE = 6;
const HEXADECIMAL = [...'0123456789abcdef'].map((digit) => digit.charCodeAt(0));

/** By byte. 0: as it is; 1: \u00XX; 2: begins or continues a sequence; else the letter behind a backslash. */
const makeTable = (): Uint8Array => {
  const table = new Uint8Array(256);
  table.fill(1, 0, 32);
  table.fill(2, 128);
  for (const [letter, byte] of Object.entries({ b: 8, t: 9, n: 10, f: 12, r: 13 })) table[byte] = letter.charCodeAt(0);
  table[QUOTE] = QUOTE;
  table[BACKSLASH] = BACKSLASH;
  return table;
};

export type Quoting = {
  /** First byte in [from, to) that needs an escape or a look; `to`: none does. */
  readonly plainEnd: (bytes: Uint8Array, from: number, to: number) => number;
  /** Appends [from, to) of `source` at `out`; returns the new end, or -1 when there is no room. What stands before `plainTo` is known to be plain. */
  readonly quote: (target: Uint8Array, out: number, outEnd: number, source: Uint8Array, from: number, to: number, plainTo: number) => number;
};

export const createQuoting = (): Quoting => {
  const table = makeTable();
  const plainEnd: Quoting['plainEnd'] = (bytes, from, to) => {
    let at = from;
    while (at < to && table[bytes[at] ?? 0] === 0) at += 1;
    return at;
  };
  const quote: Quoting['quote'] = (target, start, outEnd, source, from, to, plainTo) => {
    let out = start;
    let began = from;
    for (let at = Math.min(Math.max(plainTo, from), to); began < to; began = at) {
      at = plainEnd(source, at, to);
      if (outEnd - out < at - began + LONGEST_ESCAPE) return -1;
      copyBytes(target, out, source, began, at - began);
      out += at - began;
      if (at === to) break;
      const byte = source[at] ?? 0;
      const kind = table[byte] ?? 0;
      const length = kind === 2 ? sequenceLength(source, at, to) : 1;
      if (kind !== 2) out = putEscape(target, out, byte, kind);
      else if (length === 0) for (const part of REPLACEMENT) target[out++] = part;
      else for (let index = 0; index < length; index += 1) target[out++] = source[at + index] ?? 0;
      at += length === 0 ? 1 : length;
    }
    return out;
  };
  return { plainEnd, quote };
};

const putEscape = (target: Uint8Array, at: number, byte: number, kind: number): number => {
  target[at] = BACKSLASH;
  target[at + 1] = kind;
  if (kind !== 1) return at + 2;
  target[at + 1] = LETTER_U;
  target[at + 2] = ZERO;
  target[at + 3] = ZERO;
  target[at + 4] = HEXADECIMAL[byte >> 4] ?? ZERO;
  target[at + 5] = HEXADECIMAL[byte & 15] ?? ZERO;
  return at + LONGEST_ESCAPE;
};

/** Bytes of the well-formed sequence at `at`; 0: there is none. */
const sequenceLength = (bytes: Uint8Array, at: number, to: number): number => {
  const lead = bytes[at] ?? 0;
  const length = lengthBy(lead);
  if (length === 0 || at + length > to) return 0;
  const second = bytes[at + 1] ?? 0;
  // Overlong forms, surrogates, and what is beyond Unicode.
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  for (let index = 2; index < length; index += 1) if (!continues(bytes[at + index] ?? 0)) return 0;
  return length;
};

const lengthBy = (lead: number): number => {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
};

const continues = (byte: number): boolean => (byte & 0xc0) === 0x80;

/** How many bytes at the end of [from, to) begin a character and do not end it. */
export const unfinishedBytes = (bytes: Uint8Array, from: number, to: number): number => {
  for (let back = 1; back <= 3 && to - back >= from; back += 1) {
    const byte = bytes[to - back] ?? 0;
    if (!continues(byte)) return lengthBy(byte) > back ? back : 0;
  }
  return 0;
};
