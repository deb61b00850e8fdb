/**
 * Files that the supervisor makes (logs, their backups, process id files, reports, sockets), as root in folders where others may write as well:
 * no link that others can make is followed, and nothing is given an owner or a mode by its path. Errors are like Node's: with the code, and thrown.
 */
import { closeSync, constants, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { getSystemErrorName } from 'node:util';
import type { Native } from '../native.ts';

export type PlaceNative = Pick<Native, 'openPlace' | 'movePlace'>;
export type SocketNative = Pick<Native, 'openSocketFile'>;
export type SocketFile = { readonly path: string; readonly mode: number; readonly owner: { readonly uid: number; readonly gid: number } | null };

const encoder = new TextEncoder();

/** A descriptor that does not block. */
export const openPlace = (native: PlaceNative, path: string, flags: number, mode: number): number =>
  checked(native.openPlace(encoder.encode(path), flags | constants.O_NONBLOCK | constants.O_NOCTTY, mode), 'open', path);

/** `to`: a path in the same folder. */
export const renamePlace = (native: Pick<Native, 'movePlace'>, from: string, to: string): void =>
  void checked(native.movePlace(encoder.encode(from), encoder.encode(basename(to))), 'rename', from);

export const removePlace = (native: Pick<Native, 'movePlace'>, path: string): void =>
  void checked(native.movePlace(encoder.encode(path), new Uint8Array(0)), 'remove', path);

/** Makes the file, or makes it empty, and writes the text. */
export const writePlace = (native: PlaceNative, path: string, text: string, mode: number): void => {
  const fd = openPlace(native, path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, mode);
  try {
    const bytes = encoder.encode(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
  } finally {
    closeSync(fd);
  }
};

/** A socket that listens, or takes datagrams, under that path. Its descriptor does not block. ECHOWN: it cannot be given to its owner. */
export const openSocketFile = (native: SocketNative, kind: 'stream' | 'datagram', { path, mode, owner }: SocketFile): number => {
  const words = owner === null ? new Uint32Array(0) : Uint32Array.of(owner.uid, owner.gid, 0);
  const fd = native.openSocketFile(encoder.encode(path), kind === 'datagram', mode, words);
  if (owner === null || words[2] !== 1) return checked(fd, 'listen at', path);
  throw Object.assign(new Error(`user ${owner.uid}, group ${owner.gid}: ${getSystemErrorName(fd)}`), { code: 'ECHOWN', errno: 0 });
};

/** What the codes of a refusal mean; null: one of the usual codes. */
export const placeRefusal = (code: string): string | null => {
  if (code === 'ELOOP') return 'a link on its way can be changed by others than root';
  return code === 'EMLINK' ? 'others can make names in its directory, and it is a name of a file elsewhere' : null;
};

const checked = (result: number, task: string, path: string): number => {
  if (result >= 0) return result;
  const code = getSystemErrorName(result);
  throw Object.assign(new Error(`${code}: ${placeRefusal(code) ?? `cannot ${task} it`}, ${task} '${path}'`), { code, errno: result });
};
