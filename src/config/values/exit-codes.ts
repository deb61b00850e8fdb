/** Comma-separated exit codes. An empty list is a list: every exit is then unexpected. */
import { quoteLikePython } from '../../base/python-quote.ts';
import { succeed } from '../../base/result.ts';
import { parseInteger } from './numbers.ts';
import { refuse, type ValueType } from './value-type.ts';

export const exitCodes: ValueType<readonly number[]> = {
  name: 'exit codes',
  read: (text) => {
    if (text.trim() === '') return succeed([]);
    const codes: number[] = [];
    for (const part of text.split(',')) {
      const code = parseInteger(part);
      if (code === null || code < 0 || code > 255) {
        return refuse(
          `${quoteLikePython(part.trim())} is no exit code; write numbers from 0 to 255 with commas between, as in 0,2`,
          `not a valid list of exit codes: ${quoteLikePython(text)}`,
        );
      }
      codes.push(code);
    }
    return succeed(codes);
  },
};
