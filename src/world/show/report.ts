/** What is known of a run by its own words, for people and for those who wait for it. Of a run that says nothing: NO_REPORT. */
import type { Notification } from '../events/notification.ts';

export type Report = {
  /** STATUS: one line for people; empty: none. */
  readonly status: string;
  /** reloading: until it is READY again. stopping: on its way to its end. */
  readonly activity: 'none' | 'reloading' | 'stopping';
  /** The process that matters, one of the run's; 0: the one that was started. */
  readonly mainPid: number;
  /** Between two signs of life; 0: it wants none to be waited for; null: as configured. */
  readonly watchdogMs: number | null;
};

export const NO_REPORT: Report = { status: '', activity: 'none', mainPid: 0, watchdogMs: null };

/** The report itself when nothing has changed. */
export const reportAfter = (report: Report, said: Notification): Report => {
  const after: Report = {
    status: said.status ?? report.status,
    activity: said.isStopping ? 'stopping' : said.isReloading ? 'reloading' : said.isReady ? 'none' : report.activity,
    mainPid: said.mainPid ?? report.mainPid,
    watchdogMs: said.watchdogMs ?? report.watchdogMs,
  };
  const isSame =
    after.status === report.status && after.activity === report.activity && after.mainPid === report.mainPid && after.watchdogMs === report.watchdogMs;
  return isSame ? report : after;
};

/** Behind a sentence about the run; empty when it has said nothing. */
export const reportText = ({ status, activity, mainPid }: Report): string => {
  const parts = [
    ...(activity === 'none' ? [] : [`it is ${activity}`]),
    ...(mainPid === 0 ? [] : [`its main process is ${mainPid}`]),
    ...(status === '' ? [] : [`it says: ${status}`]),
  ];
  return parts.map((part) => `; ${part}`).join('');
};
