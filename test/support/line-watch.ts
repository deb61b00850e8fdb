/**
 * Collects what a process writes and lets a test wait for a line, or for the nth line, that matches. Lines seen before
 * the test asked count. Waiting fails at once, with all that was written, when the stream ends without the line.
 */

type Waiter = {
  readonly pattern: RegExp;
  readonly count: number;
  readonly found: (match: RegExpMatchArray) => void;
  readonly failed: (error: Error) => void;
};

export type LineWatch = {
  /** Feeds bytes as they arrive. */
  readonly push: (data: Buffer) => void;
  readonly end: () => void;
  /** The count-th line (from 1) that matches, counted from the first line ever. */
  readonly line: (pattern: RegExp, count?: number) => Promise<RegExpMatchArray>;
  /** All whole lines so far, and what follows the last newline as one more when the stream has ended. */
  readonly lines: readonly string[];
  readonly text: () => string;
};

export const watchLines = (name: string): LineWatch => {
  const lines: string[] = [];
  const waiters = new Set<Waiter>();
  let partial: Buffer = Buffer.alloc(0);
  let ended = false;

  const tell = (): void => {
    for (const waiter of waiters) {
      const match = nth(lines, waiter.pattern, waiter.count);
      if (match === null && !ended) continue;
      waiters.delete(waiter);
      if (match !== null) waiter.found(match);
      else waiter.failed(new Error(`${name} ended without line ${waiter.count} like ${waiter.pattern}; it wrote:\n${lines.join('\n')}`));
    }
  };

  return {
    lines,
    text: () => lines.join('\n'),
    push: (data) => {
      const all = partial.length === 0 ? data : Buffer.concat([partial, data]);
      let start = 0;
      for (let end = all.indexOf(10); end >= 0; end = all.indexOf(10, start)) {
        lines.push(all.toString('latin1', start, end));
        start = end + 1;
      }
      partial = all.subarray(start);
      tell();
    },
    end: () => {
      if (partial.length > 0) lines.push(partial.toString('latin1'));
      partial = Buffer.alloc(0);
      ended = true;
      tell();
    },
    line: (pattern, count = 1) =>
      new Promise((found, failed) => {
        waiters.add({ pattern, count, found, failed });
        tell();
      }),
  };
};

const nth = (lines: readonly string[], pattern: RegExp, count: number): RegExpMatchArray | null => {
  let seen = 0;
  for (const line of lines) {
    const match = line.match(pattern);
    if (match !== null && ++seen === count) return match;
  }
  return null;
};
