/** About how many bytes a value takes in an answer: for limits, not for headers. */
import { isUtf8 } from 'node:buffer';
import type { Value } from '../xml/value.ts';

/** The elements around each value. */
const FRAME_BYTES = 40;

export const weigh = (value: Value): number => {
  if (typeof value === 'string') return FRAME_BYTES + value.length;
  if (typeof value !== 'object' || value === null) return FRAME_BYTES;
  const inside = Object.values(value as Record<string, Value>).reduce((sum: number, each) => sum + weigh(each), 0);
  return FRAME_BYTES + inside;
};

/** By byte: what XML gives a meaning is escaped, what it forbids becomes U+FFFD. */
const COSTS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  if ('&\r'.includes(character)) return 5;
  if ('<>'.includes(character)) return 4;
  return byte >= 32 || '\n\t'.includes(character) ? 1 : 3;
});
/** Of a byte of foreign letters that are no UTF-8, beyond its own: U+FFFD for each. */
const MALFORMED_COST = 2;

/** How many bytes a part of a log becomes in XML. Read again and again, and long: no iterator. */
export const encodedBytes = (bytes: Uint8Array): number => {
  const forForeign = isUtf8(withoutCutEnds(bytes)) ? 0 : MALFORMED_COST;
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    sum += COSTS[byte] ?? 0;
    if (byte > 127) sum += forForeign;
  }
  return sum;
};

/** A part may begin and end within a character. */
const withoutCutEnds = (bytes: Uint8Array): Uint8Array => {
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  const back = [1, 2, 3].find((count) => ((bytes.at(-count) ?? 0) & 0xc0) === 0xc0) ?? 0;
  return bytes.subarray(start, Math.max(start, bytes.length - back));
};
