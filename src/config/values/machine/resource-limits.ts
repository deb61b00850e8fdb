/** Resource limits: `1024`, `1024:4096` (soft and hard), `unlimited`; sizes with KB, MB, GB; times with s, m, h. */
import { parseDurationMs } from '../../../base/duration.ts';
import { succeed } from '../../../base/result.ts';
import { integer } from '../numbers.ts';
import { bytes } from './sizes.ts';
import { type Reading, refuse, type ValueScope, type ValueType } from '../value-type.ts';

export type Limit = { readonly soft: number; readonly hard: number };

const WORDS = ['unlimited', 'infinity', '-1'];
const count = integer(0, Number.MAX_SAFE_INTEGER);

export const countLimit: ValueType<Limit> = limit('limit', count);
/** Seconds, as the kernel counts processor time. */
export const secondsLimit: ValueType<Limit> = limit('limit as a duration', timeIn(1000, 'whole seconds, as in 30, 30s or 5m'));
/** Microseconds, as the kernel counts real-time scheduling. */
export const microsecondsLimit: ValueType<Limit> = limit(
  'limit in microseconds or as a duration',
  timeIn(0.001, 'microseconds, or a time with a unit, as in 950000 or 950ms'),
);
export const sizeLimit: ValueType<Limit> = limit('limit as a size', bytes);

/** A plain number is in the kernel's own unit of `unitMs`; a number with a unit of time is turned into it. */
function timeIn(unitMs: number, right: string): ValueType<number> {
  return {
    name: 'time',
    read: (text, scope) => {
      if (/^\s*[+-]?[\d_]+\s*$/.test(text)) return count.read(text, scope);
      const value = (parseDurationMs(text) ?? Number.NaN) / unitMs;
      return Number.isInteger(value) ? succeed(value) : refuse(`${text} is no limit; write ${right}`, text);
    },
  };
}

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
