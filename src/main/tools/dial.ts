/** A blocking connection to a unix socket: the addon connects, reading and writing are Node's. And the short way out for who used it. */
import { closeSync, readSync, writeSync } from 'node:fs';
import { getSystemErrorName } from 'node:util';
import type { Dial } from '../../control/client/wire.ts';
import { loadNative } from '../../kernel/load-native.ts';
import type { Native } from '../../kernel/native.ts';

const PIECE_BYTES = 65_536;

/** `endNow`: null when nobody has dialled; else all that was written has been written at once, and nothing is pending. */
export type Dialling = { readonly dial: Dial; readonly endNow: () => Native['endNow'] | null };

export const makeDialling = (): Dialling => {
  let native: Native | null = null;
  const dial: Dial = (path) => {
    native ??= loadNative();
    const fd = native.connectStream(new TextEncoder().encode(path.startsWith('@') ? `\0${path.slice(1)}` : path));
    if (fd < 0) return { error: getSystemErrorName(fd) };
    return {
      send: (text) => {
        const bytes = Buffer.from(text);
        for (let from = 0; from < bytes.length; ) from += writeSync(fd, bytes, from);
      },
      receive: () => {
        const piece = Buffer.allocUnsafe(PIECE_BYTES);
        return piece.subarray(0, readSync(fd, piece, 0, PIECE_BYTES, null));
      },
      close: () => closeSync(fd),
    };
  };
  return { dial, endNow: () => native?.endNow ?? null };
};
