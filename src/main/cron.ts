/** Times of schedules, by the library that reads cron patterns. Loaded only where somebody asks for them. */
import { Cron } from 'croner';
import { fail, succeed } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { ScheduleSettings } from '../config/service-model.ts';

/** The first time after `fromMs`, both since the epoch; null: there is none. The error is a sentence. */
export const nextTime = ({ pattern, timeZone }: ScheduleSettings, fromMs: number): Result<number | null, string> => {
  if (timeZone !== null && !isTimeZone(timeZone)) {
    return fail(`cannot keep the schedule ${pattern} of ${timeZone}: there is no such time zone; write one as in Europe/Berlin or UTC`);
  }
  try {
    const cron = new Cron(pattern, { paused: true, ...(timeZone === null ? {} : { timezone: timeZone }) });
    return succeed(cron.nextRun(new Date(fromMs))?.getTime() ?? null);
  } catch (error) {
    return fail(`cannot keep the schedule ${pattern}: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format();
    return true;
  } catch {
    return false;
  }
};
