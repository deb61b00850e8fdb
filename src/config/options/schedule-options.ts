/** Options of [program:x] that start it by the clock. */
import { duration } from '../values/time/durations.ts';
import { schedule } from '../values/time/schedule.ts';
import { timeZone } from '../values/time/time-zone.ts';
import { oneOf } from '../values/text/words.ts';
import { option, optional } from './option.ts';

export const scheduleOptions = {
  schedule: optional(
    'schedule',
    schedule,
    'When to start it: cron fields (five, or six with seconds in front) or @hourly, @daily, ... autostart is then false, autorestart false, startsecs 0.',
  ),
  schedule_timezone: optional(
    'timeZone',
    timeZone,
    "Time zone of the schedule, as in Europe/Berlin, or a POSIX rule; without it the container's own (TZ, /etc/localtime).",
  ),
  schedule_overlap: option(
    'overlap',
    oneOf(['skip', 'queue', 'replace'], 'way with overlaps'),
    'skip',
    'When it still runs: skip this time, queue one more run behind it, or replace what runs.',
  ),
  schedule_jitter: option('scheduleJitterMs', duration, '0', 'Time by which a start may come later, so that many do not start at once.'),
  schedule_deadline: option('scheduleDeadlineMs', duration, '60', 'Time after which a time that could not be kept (the machine slept) counts as missed.'),
};
