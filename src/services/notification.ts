/** What a program says about itself in one datagram of sd_notify's: lines of NAME=value, in any order. Unknown names are no mistake. */

export type Notification = {
  readonly isReady: boolean;
  /** What else is worth a line in a log, without control characters. */
  readonly remarks: readonly string[];
};

/** The others ask for something that a supervisor outside init cannot give, or are answered by the socket itself (BARRIER). */
const TOLD = new Set(['STATUS', 'STOPPING', 'RELOADING', 'MAINPID', 'ERRNO', 'WATCHDOG']);
const LONGEST_REMARK = 200;

export const readNotification = (text: string): Notification => {
  const lines = text.split('\n');
  const last = new Map<string, string>();
  for (const line of lines) {
    const name = line.slice(0, Math.max(0, line.indexOf('=')));
    if (TOLD.has(name)) last.set(name, line);
  }
  return { isReady: lines.includes('READY=1'), remarks: [...last.values()].map(shown) };
};

const shown = (line: string): string => line.slice(0, LONGEST_REMARK).replace(/\p{Cc}/gu, '?');
