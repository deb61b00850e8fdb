/** An instant as lines of the log have it. */
import { localZone } from '../../base/zone/local-time.ts';
import type { LogTime } from '../../config/log-shape.ts';

export const timeText = (kind: LogTime, wallMs: number): string => {
  switch (kind) {
    case 'none':
      return '';
    case 'iso':
      return new Date(wallMs).toISOString();
    case 'local':
      return localTime(wallMs);
    case 'unix':
      return (wallMs / 1_000).toFixed(3);
    case 'unix_ms':
      return String(wallMs);
  }
};

/** `2026-11-21T16:51:14.123+01:00`. */
const localTime = (wallMs: number): string => {
  const offset = Math.round(localZone().offsetMs(wallMs) / 60_000);
  const [hours, minutes] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60].map((value) => String(value).padStart(2, '0'));
  return `${new Date(wallMs + offset * 60_000).toISOString().slice(0, -1)}${offset < 0 ? '-' : '+'}${hours}:${minutes}`;
};
