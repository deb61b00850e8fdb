/** `N/SECS`: so many restarts within so many seconds. */
import { succeed } from '../../base/result.ts';
import { refuse, type ValueType } from './value-type.ts';

export const restartBudget: ValueType<{ readonly count: number; readonly periodMs: number }> = {
  name: 'N/SECONDS',
  read: (text) => {
    const match = /^(\d{1,9})\/(\d{1,9})$/.exec(text);
    const periodMs = Number(match?.[2]) * 1000;
    return periodMs > 0 ? succeed({ count: Number(match?.[1]), periodMs }) : refuse(`${text} is no budget; write restarts/seconds as in 5/60`, text);
  },
};
