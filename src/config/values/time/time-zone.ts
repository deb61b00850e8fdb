/** Time zones: names by their form, and POSIX rules. Whether there is a zone of that name is known where dates are computed. */
import { succeed } from '../../../base/result.ts';
import { parsePosixRule } from '../../../base/zone/posix-rule.ts';
import { refuse, type ValueType } from '../value-type.ts';

export const timeZone: ValueType<string> = {
  name: 'time zone',
  read: (text) =>
    /^[A-Za-z][\w+-]*(\/[A-Za-z][\w+-]*){0,2}$/.test(text) || parsePosixRule(text) !== null
      ? succeed(text)
      : refuse(`${text} is no time zone; write one as in Europe/Berlin or UTC, or rules as in CET-1CEST,M3.5.0,M10.5.0/3`, text),
};
