/** The watchdog of one run: until when a sign of life has to come. Pure; the clock is the engine's. */
import type { WatchdogSettings } from '../../config/model/service-model.ts';
import type { Plan } from '../plan.ts';
import type { Report } from '../show/report.ts';

/** Has any program one? */
export const hasWatchdogs = ({ processes }: Plan): boolean => processes.some(({ service }) => service.watchdog !== null);

/** What counts for a run at present; 0: none is waited for. */
export const watchdogPeriodMs = (settings: WatchdogSettings, { watchdogMs, activity }: Report): number =>
  activity === 'stopping' ? 0 : (watchdogMs ?? settings.periodMs);

/** The instant by which the next sign of life is due; null: none is. */
export const watchdogDueMs = (settings: WatchdogSettings, report: Report, lastSignMs: number): number | null => {
  const periodMs = watchdogPeriodMs(settings, report);
  return periodMs === 0 ? null : lastSignMs + periodMs;
};

export const watchdogReason = (settings: WatchdogSettings, report: Report): string =>
  `no WATCHDOG=1 within ${watchdogPeriodMs(settings, report) / 1000} seconds`;

export const TRIGGERED = 'it has said WATCHDOG=trigger';
