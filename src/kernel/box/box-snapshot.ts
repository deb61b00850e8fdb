/** A piece of the black box that is replaced at once or not at all: one word, and two copies of which that says the one that counts. */
import type { Box } from './box.ts';

/** Above the length in the word that says which copy counts. */
const COPY_BIT = 1 << 30;

export type Snapshot = {
  /** False: it is too large, and what was saved before still counts. */
  readonly save: (parts: readonly Uint8Array[]) => boolean;
  /** A copy of what was saved last; null: nothing was. */
  readonly load: () => Uint8Array | null;
};

/** Addresses in bytes; the second copy follows the first. */
export type SnapshotPlace = { readonly wordAt: number; readonly firstAt: number; readonly copyBytes: number };

export const snapshotAt = ({ bytes, words }: Pick<Box, 'bytes' | 'words'>, { wordAt, firstAt, copyBytes }: SnapshotPlace): Snapshot => {
  const word = wordAt / 4;
  const copyAt = (value: number): number => firstAt + ((value & COPY_BIT) === 0 ? 0 : copyBytes);
  return {
    save: (parts) => {
      const length = parts.reduce((sum, part) => sum + part.length, 0);
      if (length > copyBytes) return false;
      const value = length | (~(words[word] ?? 0) & COPY_BIT);
      let at = copyAt(value);
      for (const part of parts) {
        bytes.set(part, at);
        at += part.length;
      }
      Atomics.store(words, word, value);
      return true;
    },
    load: () => {
      const value = words[word] ?? 0;
      const length = value & (COPY_BIT - 1);
      return length === 0 ? null : bytes.slice(copyAt(value), copyAt(value) + length);
    },
  };
};
