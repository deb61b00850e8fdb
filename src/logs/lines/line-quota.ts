/** `log_limit`: so many lines within the second that begins with the first of them. Kept in the black box, for a successor. */
import { SHAPE } from './shapes.ts';

const WINDOW_MS = 1_000;

export type LineQuota = {
  /** For the stream whose shape begins at this word; `most` 0: as many as there are. */
  readonly open: (word: number, most: number) => void;
  readonly hasRoom: () => boolean;
  readonly take: () => void;
  /** What was taken has been committed. */
  readonly keep: () => void;
  /** End of the stream's present second, by the monotonic clock. */
  readonly endMs: (word: number) => number;
};

export const createLineQuota = (words: Int32Array, nowMs: () => number): LineQuota => {
  let at = 0;
  let most = 0;
  let beganAt = 0;
  let lines = 0;

  /** A word holds 24 days of milliseconds; differences are right across its end. */
  const ageMs = (began: number): number => (Math.trunc(nowMs()) - began) | 0;

  return {
    open: (word, mostLines) => {
      [at, most] = [word, mostLines];
      if (most === 0) return;
      beganAt = words[at + SHAPE.WINDOW_AT] ?? 0;
      lines = words[at + SHAPE.WINDOW_LINES] ?? 0;
      const age = ageMs(beganAt);
      if (age >= 0 && age < WINDOW_MS) return;
      beganAt = Math.trunc(nowMs()) | 0;
      lines = 0;
    },
    hasRoom: () => most === 0 || lines < most,
    take: () => {
      lines += 1;
    },
    keep: () => {
      if (most === 0) return;
      words[at + SHAPE.WINDOW_AT] = beganAt;
      words[at + SHAPE.WINDOW_LINES] = lines;
    },
    endMs: (word) => {
      const age = ageMs(words[word + SHAPE.WINDOW_AT] ?? 0);
      return age < 0 ? nowMs() : nowMs() + Math.max(0, WINDOW_MS - age);
    },
  };
};
