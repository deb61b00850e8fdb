/** When a schedule will start its program next, for people who have written one: in its own time zone. */
import type { ScheduleSettings } from '../../config/model/service-model.ts';
import { UTC, type Zone } from '../../base/zone/zone.ts';
import { nextTime, zoneOf } from '../features/cron.ts';

const TIMES = 3;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** One line: the next times, or why there are none. */
export const schedulePreview = (settings: ScheduleSettings, nowMs: number): string => {
  const times: string[] = [];
  const zone = zoneOf(settings) ?? UTC;
  for (let fromMs = nowMs; times.length < TIMES; ) {
    const next = nextTime(settings, fromMs);
    if (!next.ok) return next.error;
    if (next.value === null) break;
    times.push(shown(next.value, zone));
    fromMs = next.value;
  }
  return times.length === 0 ? `${settings.pattern} will never come` : `next: ${times.join(', ')}`;
};

/** `Mon 2026-11-23 03:30:00 GMT+1`, `GMT+5:30`, `UTC`. */
const shown = (atMs: number, zone: Zone): string => {
  const offsetMs = zone.offsetMs(atMs);
  const text = new Date(atMs + offsetMs).toISOString();
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const rest = minutes % 60 === 0 ? '' : `:${String(minutes % 60).padStart(2, '0')}`;
  const offset = offsetMs === 0 ? 'UTC' : `GMT${offsetMs < 0 ? '-' : '+'}${Math.trunc(minutes / 60)}${rest}`;
  return `${DAYS[new Date(atMs + offsetMs).getUTCDay()]} ${text.slice(0, 10)} ${text.slice(11, 19)} ${offset}`;
};
