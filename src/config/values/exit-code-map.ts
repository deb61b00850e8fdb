/** `143:0, 130:0`: exit codes that count as others. */
import { succeed } from '../../base/result.ts';
import { listOf } from './text/lists.ts';
import { refuse, type ValueType } from './value-type.ts';

export type ExitCodeMap = Readonly<Record<number, number>>;

const MOST_CODE = 255;

export const exitCodeMap: ValueType<ExitCodeMap> = {
  name: 'code:code, ...',
  read: (text) => {
    const map: Record<number, number> = {};
    for (const word of listOf(text)) {
      const match = /^(\d{1,3}):(\d{1,3})$/.exec(word);
      const [from, to] = [Number(match?.[1]), Number(match?.[2])];
      if (!(from <= MOST_CODE && to <= MOST_CODE))
        return refuse(`${word} maps no exit code to another; write pairs of numbers from 0 to ${MOST_CODE} as in 143:0`, text);
      map[from] = to;
    }
    return succeed(map);
  },
};
