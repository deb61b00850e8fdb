/**
 * Numbers as the files write them: integers, durations in seconds, sizes with KB, MB, GB, octal modes. Results stay
 * within what the rest of tsinit can compute with; supervisord knows no such bound.
 */
import { quoteLikePython } from '../../base/python-quote.ts';
import { succeed } from '../../base/result.ts';
import { strip } from '../dialect/white-space.ts';
import { type Reading, refuse, type ValueType } from './value-type.ts';

/** About 31 years in seconds: more is a typing mistake, and milliseconds stay exact. */
const MOST_SECONDS = 1_000_000_000;

/** Integers within bounds; `most` keeps counts in reach of memory. */
export function integer(least: number, most: number): ValueType<number> {
  return { name: 'integer', read: (text) => readInteger(text, least, most) };
}

/** A count, or `unlimited` for `most`. */
export function retries(most: number): ValueType<number> {
  const count = integer(0, most);
  return { name: 'integer or unlimited', read: (text, scope) => (text.toLowerCase() === 'unlimited' ? succeed(most) : count.read(text, scope)) };
}

/** Whole seconds, as milliseconds. Negative ones count as zero, as they do for supervisord. */
export const seconds: ValueType<number> = {
  name: 'seconds',
  read: (text) => {
    const reading = readInteger(text, -MOST_SECONDS, MOST_SECONDS);
    return reading.ok ? succeed(Math.max(0, reading.value) * 1000) : reading;
  },
};

/** A size in bytes: `512`, `64KB`, `50MB`, `1GB`, in units of 1024. */
export const size: ValueType<number> = {
  name: 'size',
  read: (text) => {
    const match = /^(.*?)(kb|mb|gb)$/s.exec(text.toLowerCase());
    const digits = match?.[1] ?? text;
    const unit = { kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 }[match?.[2] ?? ''] ?? 1;
    const count = parseInteger(digits);
    if (count === null) {
      return refuse(
        `${quoteLikePython(text)} is not a size; write a whole number of bytes, or one with KB, MB or GB, as in 50MB`,
        `invalid literal for int() with base 10: ${quoteLikePython(match ? digits : text.toLowerCase())}`,
      );
    }
    return within(count * unit, 0, Number.MAX_SAFE_INTEGER, text);
  },
};

/** A file mode or mask: `022`, `0o700`. */
export const octal: ValueType<number> = {
  name: 'octal',
  read: (text) => {
    const match = /^[+]?(?:0[oO]_?)?([0-7](?:_?[0-7])*)$/.exec(strip(text));
    const value = match ? Number.parseInt((match[1] as string).replaceAll('_', ''), 8) : Number.NaN;
    if (!(value <= 0o7777)) {
      return refuse(`${quoteLikePython(text)} is not an octal number of at most 7777; write one as in 022`, `${text} can not be converted to an octal type`);
    }
    return succeed(value);
  },
};

/** Python's int(): sign, digits, single underscores between digits, blanks around. Null when it is none. */
export function parseInteger(text: string): number | null {
  const match = /^([+-]?)(\d(?:_?\d)*)$/.exec(strip(text));
  if (match === null) return null;
  const count = Number((match[2] as string).replaceAll('_', ''));
  return match[1] === '-' && count !== 0 ? -count : count;
}

function readInteger(text: string, least: number, most: number): Reading<number> {
  const value = parseInteger(text);
  if (value === null) {
    return refuse(`${quoteLikePython(text)} is not a whole number; write one as in 10`, `invalid literal for int() with base 10: ${quoteLikePython(text)}`);
  }
  return within(value, least, most, text);
}

function within(value: number, least: number, most: number, text: string): Reading<number> {
  if (value >= least && value <= most) return succeed(value);
  const sentence = `${text} is out of range; write a number from ${least} to ${most}`;
  return refuse(sentence, sentence);
}
