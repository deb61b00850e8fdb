/**
 * Times of schedules. The library reads cron patterns and counts on a clock of 24 hours a day; here that clock is put into a time zone. Where clocks
 * go forward, a time that does not exist is due at the moment of the change, once; where they go back, a pattern for certain hours is due the first
 * time alone, one for every hour (a * in the field) both times. Loaded only where somebody asks for schedules.
 */
import { Cron } from 'croner';
import { fail, succeed } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { localZone } from '../../base/zone/local-time.ts';
import type { Zone } from '../../base/zone/zone.ts';
import type { ScheduleSettings } from '../../config/model/service-model.ts';
import { readZone } from '../../kernel/files/zones.ts';

/** No zone changes its clock and back within so short a time. */
const STEP_MS = 7 * 86_400_000;

type Pattern = { readonly cron: Cron; readonly isForEveryHour: boolean };

/** The first time after `fromMs`, both since the epoch; null: there is none. The error is a sentence. */
export const nextTime = (settings: ScheduleSettings, fromMs: number): Result<number | null, string> => {
  const { pattern, timeZone } = settings;
  const zone = zoneOf(settings);
  if (zone === null) {
    return fail(
      `cannot keep the schedule ${pattern} of ${timeZone}: there is no such time zone; write one as in Europe/Berlin or UTC, or rules as in CET-1CEST,M3.5.0,M10.5.0/3`,
    );
  }
  try {
    return succeed(nextIn({ cron: new Cron(pattern, { paused: true, timezone: 'UTC' }), isForEveryHour: isForEveryHour(pattern) }, zone, fromMs));
  } catch (error) {
    return fail(`cannot keep the schedule ${pattern}: ${error instanceof Error ? error.message : String(error)}`);
  }
};

/** Null: there is no such zone. */
export const zoneOf = ({ timeZone }: ScheduleSettings): Zone | null => (timeZone === null ? localZone() : readZone(timeZone, {}));

const isForEveryHour = (pattern: string): boolean => pattern === '@hourly' || (pattern.split(/\s+/u).at(-4) ?? '').includes('*');

const nextIn = ({ cron, isForEveryHour: isRepeated }: Pattern, zone: Zone, fromMs: number): number | null => {
  let afterMs = fromMs;
  for (;;) {
    const offsetMs = zone.offsetMs(afterMs);
    const wallMs = cron.nextRun(new Date(afterMs + offsetMs))?.getTime();
    if (wallMs === undefined) return null;
    const timeMs = wallMs - offsetMs;
    const changeMs = nextChange(zone, afterMs, timeMs);
    if (changeMs === null) {
      if (isRepeated || !isSecondTime(zone, timeMs)) return timeMs;
      afterMs = timeMs;
      continue;
    }
    const shiftMs = zone.offsetMs(changeMs) - offsetMs;
    // The time would come in what clocks leave out.
    if (shiftMs > 0 && wallMs < changeMs + offsetMs + shiftMs) return changeMs;
    // The new clock counts from its first moment on.
    const atChangeMs = cron.nextRun(new Date(changeMs - 1 + zone.offsetMs(changeMs)))?.getTime();
    if (atChangeMs !== undefined && atChangeMs - zone.offsetMs(changeMs) === changeMs && (isRepeated || !isSecondTime(zone, changeMs))) return changeMs;
    afterMs = changeMs;
  }
};

/** The first instant with another offset, within (fromMs, toMs]; null: there is none. */
const nextChange = (zone: Zone, fromMs: number, toMs: number): number | null => {
  const offsetMs = zone.offsetMs(fromMs);
  for (let lowMs = fromMs; lowMs < toMs; lowMs = Math.min(lowMs + STEP_MS, toMs)) {
    let highMs = Math.min(lowMs + STEP_MS, toMs);
    if (zone.offsetMs(highMs) === offsetMs) continue;
    for (let sameMs = lowMs; highMs - sameMs > 1; ) {
      const middleMs = Math.floor((sameMs + highMs) / 2);
      if (zone.offsetMs(middleMs) === offsetMs) sameMs = middleMs;
      else highMs = middleMs;
    }
    return highMs;
  }
  return null;
};

/** Has the clock shown this time before, within the hours before a change? */
const isSecondTime = (zone: Zone, atMs: number): boolean => {
  const offsetMs = zone.offsetMs(atMs);
  const earlierOffsets = [1, 2, 3].map((hours) => zone.offsetMs(atMs - hours * 3_600_000));
  return earlierOffsets.some((earlier) => earlier > offsetMs && zone.offsetMs(atMs + offsetMs - earlier) === earlier);
};
