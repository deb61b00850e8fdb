/** The supervisor's own lines, `tsinit | ...`, through the same outbox as the programs'. A reader that does not read makes
 *  them wait here, a bounded number; what exceeds it is counted and said once there is room. */

import type { LogLevel } from '../../config/model/model.ts';
import type { OwnLine } from './own-shape.ts';

const MOST_WAITING = 256;

export type Notices = {
  /** Puts one or more lines where they will go out; never blocks. */
  readonly say: (text: string, level?: LogLevel) => void;
  /** Puts what had to wait. */
  readonly retry: () => void;
  readonly hasWaiting: () => boolean;
};

/** `put` takes whole lines, or refuses for want of room. */
export const createNotices = (lineOf: OwnLine, put: (lines: Uint8Array) => boolean): Notices => {
  const encoder = new TextEncoder();
  const waiting: Uint8Array[] = [];
  let dropped = 0;

  const linesOf = (text: string, level: LogLevel): Uint8Array =>
    encoder.encode(
      text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => `${lineOf(line, level)}\n`)
        .join(''),
    );

  const retry = (): void => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      if (!put(next)) return;
      waiting.shift();
    }
    if (dropped > 0 && put(linesOf(`${dropped} notices were dropped while nobody read them`, 'info'))) dropped = 0;
  };

  return {
    retry,
    hasWaiting: () => waiting.length > 0,
    say: (text, level = 'info') => {
      const lines = linesOf(text, level);
      if (waiting.length === 0 && put(lines)) return;
      if (waiting.length < MOST_WAITING) waiting.push(lines);
      else dropped += 1;
    },
  };
};
