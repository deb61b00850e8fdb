/**
 * Pieces of output as those hear them who wait for answers: by number, so that nobody takes one for another. A successor lets the piece be heard
 * again that its predecessor had read last: it may have died before it heard it.
 */
import type { Box } from '../../kernel/box/box.ts';
import type { Capture } from './capture.ts';
import { STAGINGS, stagingAt } from '../box/journal.ts';
import type { Journal } from '../box/journal.ts';

export type Pieces = {
  /** Number of the piece of a stream with this staging area that is being heard. */
  readonly number: (staging: number) => number;
  /** A successor's: after the journal's replay, before any byte goes its way. */
  readonly note: () => void;
  /** What was noted of this stream is heard, once. */
  readonly hearAgain: (capture: Pick<Capture, 'slot' | 'tap'>) => void;
};

export const createPieces = ({ bytes }: Box, journal: Journal): Pieces => {
  const noted = new Map<number, { readonly bytes: Uint8Array; readonly number: number }>();
  /** Of the piece that is heard again; null: it is the one in the staging area. */
  let numberNow: number | null = null;
  return {
    number: (staging) => numberNow ?? journal.number(staging),
    note: () => {
      for (let staging = 0; staging < STAGINGS; staging += 1) {
        const slot = journal.owner(staging);
        const at = stagingAt(staging);
        if (slot >= 0) noted.set(slot, { bytes: bytes.slice(at, at + journal.length(staging) + journal.found(staging)), number: journal.number(staging) });
      }
    },
    hearAgain: ({ slot, tap }) => {
      const piece = noted.get(slot);
      noted.delete(slot);
      if (piece === undefined) return;
      numberNow = piece.number;
      tap?.(piece.bytes, 0, piece.bytes.length, false);
      numberNow = null;
    },
  };
};
