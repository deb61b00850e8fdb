/** `N/SECS`: so many restarts, or failures, within so many seconds. */
import { succeed } from '../../base/result.ts';
import { refuse, type ValueType } from './value-type.ts';

export type Budget = { readonly count: number; readonly periodMs: number };

export const restartBudget: ValueType<Budget> = budget('restarts');
export const crashBudget: ValueType<Budget> = budget('failures');

function budget(what: string): ValueType<Budget> {
  return {
    name: 'N/SECONDS',
    read: (text) => {
      const match = /^(\d{1,9})\/(\d{1,9})$/.exec(text);
      const periodMs = Number(match?.[2]) * 1000;
      return periodMs > 0 ? succeed({ count: Number(match?.[1]), periodMs }) : refuse(`${text} is no budget; write ${what}/seconds as in 5/60`, text);
    },
  };
}
