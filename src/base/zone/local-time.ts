/**
 * The local time of this process: of the zone that was set at its start, else of JavaScript's own dates. The one place that knows it, for log lines,
 * descriptions and schedules alike.
 */
import type { Zone } from './zone.ts';

const OF_DATES: Zone = { offsetMs: (atMs) => -new Date(atMs).getTimezoneOffset() * 60_000 };

let zone: Zone = OF_DATES;

export function setLocalZone(local: Zone | null): void {
  zone = local ?? OF_DATES;
}

export function localZone(): Zone {
  return zone;
}

/** A date whose UTC parts (getUTCHours() and so on) are those of local time. */
export function localDate(atMs: number): Date {
  return new Date(atMs + zone.offsetMs(atMs));
}
