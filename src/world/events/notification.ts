/**
 * What a program says about itself in one datagram of sd_notify's: lines of NAME=value, in any order, of each name the last. Unknown names are
 * no mistake; what is known and makes no sense is as good as not said.
 */

export type Notification = {
  readonly isReady: boolean;
  readonly isReloading: boolean;
  readonly isStopping: boolean;
  /** alive: all is well until the next time; trigger: nothing is. */
  readonly watchdog: 'alive' | 'trigger' | null;
  /** Another period from now on; 0: none. */
  readonly watchdogMs: number | null;
  readonly mainPid: number | null;
  readonly status: string | null;
  /** What else is worth a line in a log, without control characters. */
  readonly remarks: readonly string[];
};

/** BARRIER is answered by the socket itself. */
const TOLD = ['STATUS', 'STOPPING', 'RELOADING', 'MAINPID', 'ERRNO', 'WATCHDOG', 'WATCHDOG_USEC'] as const;
const LONGEST_TEXT = 200;
/** Of a process id, and of microseconds that timers can count. */
const MOST = 2 ** 31 - 1;
const US_PER_MS = 1000;

export const readNotification = (text: string): Notification => {
  const said = new Map<string, string>();
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0) said.set(line.slice(0, equals), line.slice(equals + 1));
  }
  const isSaid = (name: string): boolean => said.get(name) === '1';
  const watchdogUs = numberOf(said.get('WATCHDOG_USEC'), MOST * US_PER_MS);
  const mainPid = numberOf(said.get('MAINPID'), MOST);
  const status = said.get('STATUS');
  return {
    isReady: isSaid('READY'),
    isReloading: isSaid('RELOADING'),
    isStopping: isSaid('STOPPING'),
    watchdog: isSaid('WATCHDOG') ? 'alive' : said.get('WATCHDOG') === 'trigger' ? 'trigger' : null,
    watchdogMs: watchdogUs === null ? null : watchdogUs / US_PER_MS,
    mainPid: mainPid === 0 ? null : mainPid,
    status: status === undefined ? null : shown(status),
    // A sign of life is none: it would fill the log.
    remarks: TOLD.filter((name) => said.has(name) && !(name === 'WATCHDOG' && isSaid(name))).map((name) => shown(`${name}=${said.get(name)}`)),
  };
};

const shown = (text: string): string => text.slice(0, LONGEST_TEXT).replace(/\p{Cc}/gu, '?');

const numberOf = (text: string | undefined, most: number): number | null => {
  const number = text !== undefined && /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return number <= most ? number : null;
};
