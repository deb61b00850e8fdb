/** `db:ready, migrate:completed, cache?`: names of programs or groups, each with a condition; `group:process:ready` names one process. */
import { nearest } from '../../base/nearest.ts';
import { succeed } from '../../base/result.ts';
import type { Condition, Dependency } from '../model/service-model.ts';
import { listOf } from './text/lists.ts';
import { refuse, type ValueType } from './value-type.ts';

const CONDITIONS: readonly Condition[] = ['started', 'ready', 'completed'];

export const dependencies: ValueType<readonly Dependency[]> = {
  name: 'name:condition, ...',
  read: (text) => {
    const found: Dependency[] = [];
    for (const word of listOf(text)) {
      const isSoft = word.endsWith('?');
      const parts = (isSoft ? word.slice(0, -1) : word).split(':');
      const last = parts.at(-1) as string;
      const condition = CONDITIONS.find((each) => each === last);
      const name = (condition === undefined ? parts : parts.slice(0, -1)).join(':');
      if (name === '' || parts.includes('')) return refuse(`${word} is no dependency; write name, name:started, name:ready or name:completed`, text);
      found.push({ name, condition: condition ?? 'started', isSoft });
    }
    return succeed(found);
  },
};

/** For a name that nobody has: was it a mistyped condition? */
export function likelyCondition(name: string): string | null {
  const last = name.slice(name.lastIndexOf(':') + 1);
  return nearest(last, CONDITIONS);
}
