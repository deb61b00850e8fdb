/** Resource limits: `1024`, `1024:4096` (soft and hard), `unlimited`; sizes with KB, MB, GB. */
import { succeed } from '../../base/result.ts';
import { integer, size } from './numbers.ts';
import { type Reading, refuse, type ValueScope, type ValueType } from './value-type.ts';

export type Limit = { readonly soft: number; readonly hard: number };

const WORDS = ['unlimited', 'infinity', '-1'];
const count = integer(0, Number.MAX_SAFE_INTEGER);

export const countLimit: ValueType<Limit> = limit('limit', count);
export const secondsLimit: ValueType<Limit> = limit('limit in seconds', count);
export const sizeLimit: ValueType<Limit> = limit('limit as a size', size);

function limit(name: string, type: ValueType<number>): ValueType<Limit> {
  return {
    name,
    read: (text, scope) => {
      const [softText = '', hardText = softText, ...rest] = text.split(':');
      if (rest.length > 0) return refuse(`${text} is no limit; write one number, or soft:hard`, text);
      const soft = bound(softText, type, scope);
      const hard = bound(hardText, type, scope);
      if (!soft.ok || !hard.ok) return soft.ok ? (hard as Extract<typeof hard, { ok: false }>) : soft;
      if (soft.value <= hard.value) return succeed({ soft: soft.value, hard: hard.value });
      return refuse(`the soft limit ${softText} is above the hard limit ${hardText}; write soft:hard, the smaller one first`, text);
    },
  };
}

function bound(text: string, type: ValueType<number>, scope: ValueScope): Reading<number> {
  return WORDS.includes(text.trim().toLowerCase()) ? succeed(Number.POSITIVE_INFINITY) : type.read(text, scope);
}
