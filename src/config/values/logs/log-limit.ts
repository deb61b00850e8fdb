/** `LINES/s`: so many lines within a second. */
import { succeed } from '../../../base/result.ts';
import { refuse, type ValueType } from '../value-type.ts';

const MOST_LINES = 1_000_000;

export const logLimit: ValueType<number> = {
  name: 'LINES/s',
  read: (text) => {
    const lines = Number(/^(\d{1,7})\s*\/\s*s$/i.exec(text)?.[1]);
    if (lines >= 1 && lines <= MOST_LINES) return succeed(lines);
    return refuse(`${text} is no limit of lines; write lines per second as in 100/s, from 1/s to ${MOST_LINES}/s`, text);
  },
};
