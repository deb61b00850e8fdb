/** When a schedule will start its program next, for people who have written one: in its own time zone. */
import type { ScheduleSettings } from '../config/service-model.ts';
import { nextTime } from './cron.ts';

const TIMES = 3;

/** One line: the next times, or why there are none. */
export const schedulePreview = (settings: ScheduleSettings, nowMs: number): string => {
  const times: string[] = [];
  for (let fromMs = nowMs; times.length < TIMES; ) {
    const next = nextTime(settings, fromMs);
    if (!next.ok) return next.error;
    if (next.value === null) break;
    times.push(shown(next.value, settings.timeZone));
    fromMs = next.value;
  }
  return times.length === 0 ? `${settings.pattern} will never come` : `next: ${times.join(', ')}`;
};

/** `Mon 2026-11-23 03:30:00 GMT+1`. */
const shown = (atMs: number, timeZone: string | null): string => {
  const format = new Intl.DateTimeFormat('en-US', {
    ...(timeZone === null ? {} : { timeZone }),
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  });
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  return `${part('weekday')} ${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}:${part('second')} ${part('timeZoneName')}`;
};
