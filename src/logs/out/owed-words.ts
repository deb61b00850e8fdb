/**
 * Streams of which lines have been dropped and nobody has been told yet. Usually the next line tells; a stream that goes silent, or ends,
 * is spoken for here: when its second is over, and when its outbox has room. Until then a stream that has ended keeps its slot, so that
 * a successor can tell. No timer while nothing is owed.
 */
import type { Clock } from '../../kernel/kernel.ts';
import type { Outbox } from './outbox.ts';

export type OwedWords = {
  readonly add: (slot: number) => void;
  /** The stream has ended; calls back when nothing is owed any more, which may be now. */
  readonly end: (slot: number, done: () => void) => void;
  /** Something has been read or written: can anything be said? */
  readonly look: () => void;
  readonly isEmpty: () => boolean;
};

export type OwedParts = {
  readonly clock: Clock;
  readonly outboxes: readonly Outbox[];
  readonly outboxOf: (slot: number) => number;
  /** A predecessor may have dropped lines of a stream that nobody reads any more. */
  readonly hasDropped: (slot: number) => boolean;
  /** False when there is no room. */
  readonly say: (slot: number) => boolean;
  /** Not before that while the stream goes on. */
  readonly dueAtMs: (slot: number) => number;
};

type Owing = { readonly done: (() => void) | null };

export const createOwedWords = ({ clock, outboxes, outboxOf, hasDropped, say, dueAtMs }: OwedParts): OwedWords => {
  const owing = new Map<number, Owing>();
  let isTimerSet = false;
  let isLooking = false;

  const wait = (atMs: number): void => {
    if (isTimerSet) return;
    isTimerSet = true;
    const ring = (): void => {
      isTimerSet = false;
      look();
    };
    clock.at(atMs, ring, true);
  };

  const settle = (slot: number, { done }: Owing): void => {
    const outbox = outboxes[outboxOf(slot)];
    if (outbox === undefined || outbox.isBlocked()) return;
    const atMs = done === null ? dueAtMs(slot) : 0;
    if (atMs > clock.nowMs()) return wait(atMs);
    if (say(slot)) {
      owing.delete(slot);
      done?.();
    }
    outbox.flush();
  };

  const look = (): void => {
    if (isLooking) return;
    isLooking = true;
    for (const [slot, what] of owing) settle(slot, what);
    isLooking = false;
  };

  return {
    look,
    add: (slot) => {
      if (!owing.has(slot)) owing.set(slot, { done: null });
    },
    end: (slot, done) => {
      if (!owing.has(slot) && !hasDropped(slot)) return done();
      owing.set(slot, { done });
      look();
    },
    isEmpty: () => owing.size === 0,
  };
};
