/** Names of time zones by their form; whether there is such a zone is known where dates are computed. */
import { succeed } from '../../base/result.ts';
import { refuse, type ValueType } from './value-type.ts';

export const timeZone: ValueType<string> = {
  name: 'time zone',
  read: (text) =>
    /^[A-Za-z][\w+-]*(\/[A-Za-z][\w+-]*){0,2}$/.test(text)
      ? succeed(text)
      : refuse(`${text} is no name of a time zone; write one as in Europe/Berlin or UTC`, text),
};
