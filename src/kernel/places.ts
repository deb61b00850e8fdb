/**
 * Files that the supervisor writes (logs, their backups, process id files, reports), as root in folders where others may write as well: no
 * link that others can make is followed. Errors are like Node's: with the code, and thrown.
 */
import { closeSync, constants, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { getSystemErrorName } from 'node:util';
import type { Native } from './native.ts';

export type PlaceNative = Pick<Native, 'openPlace' | 'movePlace'>;

const encoder = new TextEncoder();

/** A descriptor that does not block. */
export const openPlace = (native: PlaceNative, path: string, flags: number, mode: number): number =>
  checked(native.openPlace(encoder.encode(path), flags | constants.O_NONBLOCK | constants.O_NOCTTY, mode), 'open', path);

/** `to`: a path in the same folder. */
export const renamePlace = (native: PlaceNative, from: string, to: string): void =>
  void checked(native.movePlace(encoder.encode(from), encoder.encode(basename(to))), 'rename', from);

export const removePlace = (native: PlaceNative, path: string): void => void checked(native.movePlace(encoder.encode(path), new Uint8Array(0)), 'remove', path);

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
