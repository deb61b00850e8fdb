/**
 * Collects what a process writes and lets a test wait for a line, or for the nth line, that matches. Lines seen before
 * the test asked count. Waiting fails with all that was written: at once when the stream ends without the line, else when it takes too long.
 */

/** Shorter than the limit of a test (build/test.ts), so that the test fails with the sentence that says what was waited for. */
export const WAIT_LIMIT_MS = 50_000;

type Waiter = {
  readonly pattern: RegExp;
  readonly count: number;
  readonly found: (match: RegExpMatchArray) => void;
  readonly failed: (error: Error) => void;
  readonly limit: NodeJS.Timeout;
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
      clearTimeout(waiter.limit);
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
        const limit = setTimeout(() => {
          const seen = lines.length === 0 ? 'nothing was written' : `seen so far:\n${lines.join('\n')}`;
          failed(new Error(`waited ${WAIT_LIMIT_MS / 1000} s for line ${count} like ${pattern} of ${name}; ${seen}`));
        }, WAIT_LIMIT_MS);
        waiters.add({ pattern, count, found, failed, limit });
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
