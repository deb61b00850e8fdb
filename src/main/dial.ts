/** A blocking connection to a unix socket: the addon connects, reading and writing are Node's. */
import { closeSync, readSync, writeSync } from 'node:fs';
import { getSystemErrorName } from 'node:util';
import type { Dial } from '../control/client/wire.ts';
import { loadNative } from '../kernel/load-native.ts';

const PIECE_BYTES = 65_536;

export const dialUnix: Dial = (path) => {
  const address = new TextEncoder().encode(path.startsWith('@') ? `\0${path.slice(1)}` : path);
  const fd = loadNative().connectStream(address);
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
