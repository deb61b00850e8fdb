/**
 * Makes wrong passwords late. A password is looked at before anything waits, so that the right one comes in at once, whoever guesses from the same
 * address. The answer to a wrong one waits, longer and longer, and for that time it takes one of a few places, also when its client
 * does not wait for the answer: a guesser comes no faster to the next ones by going away.
 */

/** Typing mistakes. */
const FREE_TRIES = 4;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
/** Of one key. With all of them taken nothing is looked at: guesses are at most this many in LONGEST_WAIT_MS. */
const PLACES = 64;
const FORGOTTEN_AFTER_MS = 600_000;
/** Who comes from more addresses than these is forgotten early. */
const MOST_KEYS = 1_024;

/** One password that is being looked at; one of the two is called, once. */
export type Try = {
  readonly right: () => void;
  /** How long the answer has to wait, in ms. */
  readonly wrong: () => number;
};

export type SlowDown = {
  /** Null: there are too many wrong ones already. */
  readonly begin: (key: string) => Try | null;
};

type Place = { untilMs: number };
type Entry = { wrong: number; usedAtMs: number; readonly places: Set<Place> };

export const createSlowDown = (nowMs: () => number): SlowDown => {
  /** Least recently used first. */
  const entries = new Map<string, Entry>();
  const entryOf = (key: string): Entry => {
    const known = entries.get(key);
    entries.delete(key);
    const isForgotten = known === undefined || known.usedAtMs + FORGOTTEN_AFTER_MS < nowMs();
    const entry = isForgotten ? { wrong: 0, usedAtMs: 0, places: new Set<Place>() } : known;
    entry.usedAtMs = nowMs();
    entries.set(key, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= MOST_KEYS) break;
      entries.delete(oldest);
    }
    return entry;
  };
  return {
    begin: (key) => {
      const entry = entryOf(key);
      for (const place of entry.places) if (place.untilMs <= nowMs()) entry.places.delete(place);
      if (entry.places.size >= PLACES) return null;
      const place = { untilMs: Infinity };
      entry.places.add(place);
      return {
        right: () => void entry.places.delete(place),
        wrong: () => {
          entry.wrong++;
          const waitMs = penaltyOf(entry.wrong);
          place.untilMs = nowMs() + waitMs;
          return waitMs;
        },
      };
    },
  };
};

const penaltyOf = (wrong: number): number => (wrong < FREE_TRIES ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(wrong - FREE_TRIES, 10)));
