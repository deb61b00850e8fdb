/** `N/DURATION`: so many of something within so long, as in 5/60 or 5/1m. */
import { succeed } from '../../../base/result.ts';
import { periodMsOf } from './durations.ts';
import { refuse, type ValueType } from '../value-type.ts';

export type Budget = { readonly count: number; readonly periodMs: number };

const MOST = 999_999_999;
/** The times of so many are remembered. */
const MOST_NOTIFICATIONS = 10_000;

export const restartBudget: ValueType<Budget> = countWithin('budget; write restarts/duration as in 5/60 or 5/1m', 0, MOST);
export const crashBudget: ValueType<Budget> = countWithin('budget; write failures/duration as in 5/60 or 5/1m', 0, MOST);
export const rateLimit: ValueType<Budget> = countWithin('rate; write notifications/duration as in 10/60 or 10/1m', 1, MOST_NOTIFICATIONS);

function countWithin(what: string, least: number, most: number): ValueType<Budget> {
  return {
    name: 'N/DURATION',
    read: (text) => {
      const match = /^(\d{1,9})\/(\S{1,20})$/.exec(text);
      const [count, periodMs] = [Number(match?.[1]), periodMsOf(match?.[2] ?? '')];
      return count >= least && count <= most && periodMs !== null ? succeed({ count, periodMs }) : refuse(`${text} is no ${what}`, text);
    },
  };
}
