/** A set of processors: `0-3,6`. */
import { succeed } from '../../../base/result.ts';
import { listOf } from '../text/lists.ts';
import { refuse, type ValueType } from '../value-type.ts';

/** What init's request has room for. */
const MOST_PROCESSORS = 1024;

export const processors: ValueType<readonly number[]> = {
  name: 'processors',
  read: (text) => {
    const numbers = new Set<number>();
    for (const word of listOf(text)) {
      const match = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(word);
      const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
      if (!(first <= last && last < MOST_PROCESSORS)) {
        return refuse(`${word} is no processor and no range of them; write numbers from 0 to ${MOST_PROCESSORS - 1} as in 0-3,6`, text);
      }
      for (let number = first; number <= last; number++) numbers.add(number);
    }
    return numbers.size > 0 ? succeed([...numbers].sort((a, b) => a - b)) : refuse('no processor is named; write numbers as in 0-3,6', text);
  },
};
