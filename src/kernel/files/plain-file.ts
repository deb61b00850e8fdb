/**
 * Files that users name, read whole. A path may have become anything since it was written down: opening a named pipe would wait for a
 * writer, and a device has no end. So nothing here waits, and nothing is longer than the caller wants.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';

const FIRST_READ_BYTES = 16_384;
/** /dev/null and its kin: they never make a reader wait. */
const MEMORY_DEVICES = 1;

/** What is at a path cannot be read as a file; says why. */
export class NoPlainFile extends Error {}

/** Throws what the system says, or NoPlainFile. */
export const readPlainFile = (path: string, limitBytes: number): Uint8Array => {
  // Before it is opened: somebody who waits at the other end of a pipe is not to be woken for nothing.
  refuseOthers(statSync(path));
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    refuseOthers(fstatSync(fd));
    const bytes = readAtMost(fd, limitBytes + 1);
    if (bytes.length > limitBytes) throw new NoPlainFile(`it is longer than ${limitBytes} bytes`);
    return bytes;
  } finally {
    closeSync(fd);
  }
};

const refuseOthers = (found: Stats): void => {
  const kind = kindOf(found);
  if (kind !== null) throw new NoPlainFile(`it is ${kind}, not a regular file`);
};

/** Directories are refused by reading them, in the system's words. */
const kindOf = (found: Stats): string | null => {
  if (found.isFIFO()) return 'a named pipe';
  if (found.isSocket()) return 'a socket';
  if (found.isBlockDevice()) return 'a device';
  return found.isCharacterDevice() && majorOf(found.rdev) !== MEMORY_DEVICES ? 'a device' : null;
};

const majorOf = (device: number): number => Math.floor(device / 256) % 4_096;

/** Sizes are not asked for: what /proc shows has none. */
const readAtMost = (fd: number, limit: number): Uint8Array => {
  let bytes = new Uint8Array(FIRST_READ_BYTES);
  let length = 0;
  for (;;) {
    const count = readSync(fd, bytes, length, Math.min(bytes.length, limit) - length, null);
    length += count;
    if (count === 0 || length === limit) return bytes.subarray(0, length);
    if (length === bytes.length) {
      const larger = new Uint8Array(bytes.length * 4);
      larger.set(bytes);
      bytes = larger;
    }
  }
};
