/**
 * Makes whoever guesses passwords wait: after some failures every further try has to wait for its turn, longer and longer. Others wait for
 * nothing. Whether a try failed is known late, so each counts as a failure until it was right.
 */

/** Typing mistakes. */
const FREE_TRIES = 4;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
/** Whoever would wait longer is turned away. */
const LONGEST_QUEUE_MS = 20_000;
const FORGOTTEN_AFTER_MS = 600_000;
/** Who comes from more addresses than these is forgotten early. */
const MOST_KEYS = 1_024;

export type SlowDown = {
  /** How long to wait before the try may be looked at; null: there are too many already. */
  readonly turn: (key: string) => number | null;
  readonly right: (key: string) => void;
};

type Entry = { tries: number; freeAtMs: number };

export const createSlowDown = (nowMs: () => number): SlowDown => {
  /** Least recently used first. */
  const entries = new Map<string, Entry>();
  const entryOf = (key: string): Entry => {
    const known = entries.get(key);
    entries.delete(key);
    const isForgotten = known === undefined || known.freeAtMs + FORGOTTEN_AFTER_MS < nowMs();
    const entry = isForgotten ? { tries: 0, freeAtMs: nowMs() } : known;
    entries.set(key, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= MOST_KEYS) break;
      entries.delete(oldest);
    }
    return entry;
  };
  return {
    turn: (key) => {
      const entry = entryOf(key);
      const waitMs = Math.max(0, entry.freeAtMs - nowMs());
      if (waitMs > LONGEST_QUEUE_MS) return null;
      entry.tries++;
      entry.freeAtMs = nowMs() + waitMs + penaltyOf(entry.tries);
      return waitMs;
    },
    right: (key) => void entries.delete(key),
  };
};

const penaltyOf = (tries: number): number => (tries < FREE_TRIES ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries - FREE_TRIES, 10)));
