/**
 * Files of time zones (TZif, RFC 9636), as libc reads /etc/localtime and /usr/share/zoneinfo: a list of instants at which the offset changes, and a
 * rule for the time after the last of them. Versions 1 to 4. Leap seconds are not counted, as in all but the "right" zones.
 */
import { parsePosixRule } from './posix-rule.ts';
import type { Zone } from './zone.ts';

const MAGIC = 0x54_5a_69_66;
const HEADER_BYTES = 44;
const TYPE_BYTES = 6;
/** Characters of a rule that are read; real ones have 50 at most. */
const LONGEST_RULE = 256;

type Block = { readonly at: number; readonly timeBytes: number; readonly times: number; readonly types: number; readonly end: number };

/** Null: the bytes are no such file. */
export function parseTzif(bytes: Uint8Array): Zone | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = blockAt(view, 0, 4);
  if (first === null) return null;
  const isOld = bytes[4] === 0;
  const block = isOld ? first : blockAt(view, first.end, 8);
  return block === null || block.types === 0 ? null : zoneOf(view, block, isOld ? null : ruleAfter(bytes, block.end));
}

function blockAt(view: DataView, start: number, timeBytes: number): Block | null {
  if (start + HEADER_BYTES > view.byteLength || view.getUint32(start) !== MAGIC) return null;
  const [universal, standard, leaps, times, types, letters] = [20, 24, 28, 32, 36, 40].map((at) => view.getUint32(start + at)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const at = start + HEADER_BYTES;
  const end = at + times * (timeBytes + 1) + types * TYPE_BYTES + letters + leaps * (timeBytes + 4) + standard + universal;
  return end > view.byteLength ? null : { at, timeBytes, times, types, end };
}

/** Behind the second block stands a rule between two newlines; it may be empty. */
function ruleAfter(bytes: Uint8Array, start: number): Zone | null {
  const text = String.fromCharCode(...bytes.subarray(start + 1, start + 1 + LONGEST_RULE));
  return parsePosixRule(text.slice(0, Math.max(0, text.indexOf('\n'))));
}

function zoneOf(view: DataView, { at, timeBytes, times, types }: Block, rule: Zone | null): Zone {
  const typesAt = at + times * (timeBytes + 1);
  const timeMs = (index: number): number => {
    const position = at + index * timeBytes;
    return (timeBytes === 4 ? view.getInt32(position) : Number(view.getBigInt64(position))) * 1000;
  };
  const offsetOfType = (type: number): number => (type < types ? view.getInt32(typesAt + type * TYPE_BYTES) * 1000 : 0);
  return {
    offsetMs: (atMs) => {
      if (times > 0 && rule !== null && atMs >= timeMs(times - 1)) return rule.offsetMs(atMs);
      if (times === 0) return rule === null ? offsetOfType(0) : rule.offsetMs(atMs);
      const index = countUntil(times, (middle) => timeMs(middle) <= atMs);
      // Before the first change the first type is in force.
      return offsetOfType(index === 0 ? 0 : view.getUint8(at + times * timeBytes + index - 1));
    },
  };
}

/** How many of the first ones are as asked; those that are stand before those that are not. */
function countUntil(count: number, isBefore: (index: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
