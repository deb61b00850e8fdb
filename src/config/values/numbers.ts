/**
 * Integers as the files write them, and octal modes. Results stay within what the rest of tsinit can compute with; supervisord knows no such bound:
 * a number of one of its options is therefore taken up to the bound, not refused.
 */
import { quoteLikePython } from '../../base/python-quote.ts';
import { succeed } from '../../base/result.ts';
import { strip } from '../dialect/white-space.ts';
import { type Reading, refuse, succeedWith, type ValueType } from './value-type.ts';

/** An integer within bounds, of an option that supervisord does not have or refuses in the same way. */
export function integer(least: number, most: number): ValueType<number> {
  return { name: 'integer', read: (text) => readInteger(text, (value) => within(value, least, most, text)) };
}

/**
 * An integer of one of supervisord's options. What is above `most` is taken as `most`: in silence under supervisord's personality, else with a warning.
 * What is below `least` is refused by tsinit; supervisord acts on it as on `least`.
 */
export function count(least: number, most: number): ValueType<number> {
  return {
    name: 'integer',
    read: (text, { personality }) =>
      readInteger(text, (value) => {
        if (personality === 'supervisord') return succeed(Math.min(Math.max(value, least), most));
        return value > most ? succeedWith(most, `${text} is more than tsinit counts; it is taken as ${most}`) : within(value, least, most, text);
      }),
  };
}

/** A count, or `unlimited` for `most`. */
export function retries(most: number): ValueType<number> {
  const finite = count(0, most);
  return {
    name: 'integer or unlimited',
    read: (text, scope) => {
      if (text.toLowerCase() === 'unlimited') return succeed(most);
      const reading = finite.read(text, scope);
      return 'warning' in reading ? { ...reading, warning: `${reading.warning}; write unlimited for no limit` } : reading;
    },
  };
}

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
  const size = Number((match[2] as string).replaceAll('_', ''));
  return match[1] === '-' && size !== 0 ? -size : size;
}

function readInteger(text: string, judge: (value: number) => Reading<number>): Reading<number> {
  const value = parseInteger(text);
  return value === null ? refuseInteger(text) : judge(value);
}

export function refuseInteger(text: string): Reading<number> {
  return refuse(`${quoteLikePython(text)} is not a whole number; write one as in 10`, `invalid literal for int() with base 10: ${quoteLikePython(text)}`);
}

export function within(value: number, least: number, most: number, text: string): Reading<number> {
  if (value >= least && value <= most) return succeed(value);
  const sentence = `${text} is out of range; write a number from ${least} to ${most}`;
  return refuse(sentence, sentence);
}
