/** `N/SECS`: so many of something within so many seconds. */
import { succeed } from '../../base/result.ts';
import { refuse, type ValueType } from './value-type.ts';

export type Budget = { readonly count: number; readonly periodMs: number };

const MOST = 999_999_999;
/** The times of so many are remembered. */
const MOST_NOTIFICATIONS = 10_000;

export const restartBudget: ValueType<Budget> = countWithin('budget; write restarts/seconds as in 5/60', 0, MOST);
export const crashBudget: ValueType<Budget> = countWithin('budget; write failures/seconds as in 5/60', 0, MOST);
export const rateLimit: ValueType<Budget> = countWithin('rate; write notifications/seconds as in 10/60', 1, MOST_NOTIFICATIONS);

function countWithin(what: string, least: number, most: number): ValueType<Budget> {
  return {
    name: 'N/SECONDS',
    read: (text) => {
      const match = /^(\d{1,9})\/(\d{1,9})$/.exec(text);
      const [count, periodMs] = [Number(match?.[1]), Number(match?.[2]) * 1000];
      return count >= least && count <= most && periodMs > 0 ? succeed({ count, periodMs }) : refuse(`${text} is no ${what}`, text);
    },
  };
}
