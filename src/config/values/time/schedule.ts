/**
 * Cron patterns: five fields, six with seconds in front, or a name such as @daily. Checked here field by field; when a pattern is due next
 * is worked out by a library, once there is something to wait for.
 */
import { succeed } from '../../../base/result.ts';
import { refuse, type ValueType } from '../value-type.ts';

type Field = { readonly name: string; readonly least: number; readonly most: number; readonly words: readonly string[]; readonly extras: RegExp | null };

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const NAMES = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@hourly'];

const FIELDS: readonly Field[] = [
  { name: 'second', least: 0, most: 59, words: [], extras: null },
  { name: 'minute', least: 0, most: 59, words: [], extras: null },
  { name: 'hour', least: 0, most: 23, words: [], extras: null },
  { name: 'day of the month', least: 1, most: 31, words: [], extras: /^(L|LW|\d{1,2}W|\?)$/ },
  { name: 'month', least: 1, most: 12, words: MONTHS, extras: null },
  // 7 is Sunday, too; 5L is the last Friday, 5#2 the second one.
  { name: 'day of the week', least: 0, most: 7, words: DAYS, extras: /^([0-7]L|[0-7]#[1-5]|(SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5])|\?)$/ },
];

export const schedule: ValueType<string> = {
  name: 'cron pattern',
  read: (text) => {
    if (text.startsWith('@')) {
      const name = text.toLowerCase();
      return NAMES.includes(name) ? succeed(name) : refuse(`${text} is no schedule; write one of ${NAMES.join(', ')}, or cron fields`, text);
    }
    const parts = text.toUpperCase().split(/\s+/);
    const fields = parts.length === 5 ? FIELDS.slice(1) : FIELDS;
    if (parts.length !== fields.length) return refuse(`${text} has ${parts.length} fields; write five as in 0 3 * * *, or six with seconds in front`, text);
    for (const [index, field] of fields.entries()) {
      const part = parts[index] as string;
      if (!part.split(',').every((item) => isItem(item, field))) {
        return refuse(
          `${part} is no ${field.name}; write *, numbers from ${field.least} to ${field.most}, ranges as in 1-5, steps as in */15, or a list of these`,
          text,
        );
      }
    }
    return succeed(parts.join(' '));
  },
};

function isItem(item: string, field: Field): boolean {
  if (field.extras?.test(item) === true) return true;
  const [range = '', step, ...rest] = item.split('/');
  if (rest.length > 0 || (step !== undefined && !/^[1-9]\d{0,3}$/.test(step))) return false;
  if (range === '*') return true;
  const [first = '', last = first, ...more] = range.split('-');
  const [from, to] = [numberOf(first, field), numberOf(last, field)];
  return more.length === 0 && from !== null && to !== null && from <= to;
}

function numberOf(text: string, { least, most, words }: Field): number | null {
  const word = words.indexOf(text);
  if (word >= 0) return word + least;
  const number = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : null;
}
