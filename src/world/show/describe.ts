/** The one-line description of a process that status commands show, word for word as supervisord gives it. */
import { localDate } from '../../base/zone/local-time.ts';
import { assertNever } from '../../base/assert-never.ts';
import type { ProcessState } from '../../process/types.ts';

/** `wallOffsetMs`: what to add to monotonic time to get wall-clock time. */
export type Moment = {
  readonly nowMs: number;
  readonly wallOffsetMs: number;
  /** How long everything has stood still since an instant: what happened before that is further away by so much. */
  readonly frozenSinceMs?: (atMs: number) => number;
};

export const wallTimeOf = (atMs: number, { wallOffsetMs, frozenSinceMs }: Moment): number => atMs + wallOffsetMs - (frozenSinceMs?.(atMs) ?? 0);

const SECONDS_PER_DAY = 86_400;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

export const describe = (name: string, state: ProcessState, moment: Moment): string => {
  switch (state.name) {
    case 'RUNNING':
      return `pid ${state.pid}, uptime ${formatUptime(moment.nowMs - state.startedAtMs)}`;
    case 'FATAL':
    case 'BACKOFF':
      return state.spawnError || `unknown error (try "tail ${name}")`;
    case 'STOPPED':
    case 'EXITED':
      return state.run === 0 ? 'Not started' : formatTime(state.stoppedAtMs, moment);
    case 'STARTING':
    case 'STOPPING':
    case 'UNKNOWN':
      return '';
    default:
      return assertNever(state.name);
  }
};

/** `0:00:05`, `1 day, 0:00:05`, `2 days, 3:04:05`. */
export const formatUptime = (uptimeMs: number): string => {
  const seconds = Math.max(0, Math.floor(uptimeMs / 1000));
  const days = Math.floor(seconds / SECONDS_PER_DAY);
  const hours = Math.floor(seconds / 3600) % 24;
  const clock = `${hours}:${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`;
  return days === 0 ? clock : `${days} day${days === 1 ? '' : 's'}, ${clock}`;
};

/** `Nov 21 03:47 AM`, in local time. */
export const formatTime = (atMs: number, moment: Moment): string => {
  const time = localDate(wallTimeOf(atMs, moment));
  const hours = time.getUTCHours();
  const clock = `${twoDigits(hours % 12 || 12)}:${twoDigits(time.getUTCMinutes())} ${hours < 12 ? 'AM' : 'PM'}`;
  return `${MONTHS[time.getUTCMonth()]} ${twoDigits(time.getUTCDate())} ${clock}`;
};

const twoDigits = (value: number): string => String(value).padStart(2, '0');
