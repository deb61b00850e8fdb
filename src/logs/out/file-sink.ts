/**
 * A log file: raw bytes are appended, rotated at a size, opened again on request. Trouble with the disk never reaches the
 * program: what cannot be written is counted and said once, and tried again with the next output.
 */
import { closeSync, constants, fstatSync, readSync, writeSync } from 'node:fs';
import type { Clock } from '../../kernel/kernel.ts';
import type { Native } from '../../kernel/native.ts';
import { openPlace, placeRefusal } from '../../kernel/files/places.ts';
import { rotateFiles } from './rotate.ts';
import { stripAnsi } from '../lines/strip-ansi.ts';

const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND;
const EINTR = 4;
const NEWLINE = 10;
/** An open that failed is not tried again for every chunk of output. */
const RETRY_OPEN_MS = 1_000;

export type FileSettings = {
  readonly path: string;
  readonly maxBytes: number;
  readonly backups: number;
  readonly stripAnsi: boolean;
  readonly mode?: number;
  /** Rotated before the line that would not fit. Else, as under supervisord, once the size has been reached. */
  readonly isExact?: boolean;
};

export type FileSink = {
  readonly path: string;
  /** Appends [offset, offset + length) of the box. */
  readonly write: (bytes: Uint8Array, offset: number, length: number) => void;
  /** Appends text that is in no box. */
  readonly writeText: (text: string) => void;
  /** Makes the file before there is anything to write. */
  readonly open: () => void;
  readonly reopen: () => void;
  /** Opens what the name means now, and makes it empty; returns what went wrong, or null. */
  readonly clear: () => string | null;
  readonly close: () => void;
};

export const openFileSink = (native: Native, clock: Clock, settings: FileSettings, onProblem: (text: string) => void): FileSink => {
  const { path, maxBytes, backups, isExact = false } = settings;
  let fd: number | null = null;
  let sizeBytes = 0;
  let canRotate = false;
  let retryAtMs = 0;
  let lostBytes = 0;
  let isTold = false;
  let isRotationTold = false;
  /** What the file ends with is the beginning of a line. */
  let isInLine = false;

  const tell = (text: string): void => {
    if (isTold) return;
    isTold = true;
    onProblem(text);
  };

  /** Returns why it cannot be opened, or null. */
  const tryOpen = (more = 0): string | null => {
    try {
      fd = openPlace(native, path, FLAGS | more, settings.mode ?? 0o666);
      const status = fstatSync(fd);
      sizeBytes = status.size;
      canRotate = maxBytes > 0 && status.isFile();
      isInLine = canRotate && isExact && sizeBytes > 0 && lastByte(native, path, sizeBytes) !== NEWLINE;
      return null;
    } catch (error) {
      return reasonOf(error);
    }
  };

  const open = (): boolean => {
    if (fd !== null) return true;
    if (clock.nowMs() < retryAtMs) return false;
    const reason = tryOpen();
    if (reason === null) return true;
    retryAtMs = clock.nowMs() + RETRY_OPEN_MS;
    tell(`cannot open the log file ${path}: ${reason}; output for it is dropped until it can be opened`);
    return false;
  };

  const close = (): void => {
    if (fd !== null) closeSync(fd);
    fd = null;
  };

  const rotate = (): void => {
    close();
    let trouble: string | null = null;
    try {
      rotateFiles(native, path, backups);
    } catch (error) {
      trouble = `cannot rotate the log file ${path}: ${reasonOf(error)}; it grows on`;
    }
    open();
    if (trouble === null || isRotationTold) return;
    isRotationTold = true;
    onProblem(trouble);
  };

  const append = (descriptor: number, bytes: Uint8Array, offset: number, length: number): number => {
    if (settings.stripAnsi) {
      const copy = bytes.slice(offset, offset + length);
      const end = stripAnsi(copy, 0, length);
      return writeAll(end, (done) => writeOrErrno(descriptor, copy, done, end - done));
    }
    return writeAll(length, (done) => native.writeBox(descriptor, offset + done, length - done));
  };

  const put = (length: number, act: (descriptor: number) => number): void => {
    if (!open() || fd === null) {
      lostBytes += length;
      return;
    }
    const lost = act(fd);
    sizeBytes += length - lost;
    lostBytes += lost;
    if (lost > 0) tell(`cannot write to the log file ${path}: no space, or its device refuses; what does not fit is dropped, the program runs on`);
    else if (isTold) {
      const dropped = lostBytes;
      lostBytes = 0;
      isTold = false;
      onProblem(`the log file ${path} is written again; ${dropped} bytes were dropped`);
    }
    if (canRotate && !isExact && sizeBytes >= maxBytes) rotate();
  };

  /** Where the part ends that goes into the present file: behind a line; `from` itself: nothing more fits. */
  const partEnd = (bytes: Uint8Array, from: number, to: number): number => {
    const room = maxBytes - sizeBytes;
    if (to - from <= room) return to;
    const fitting = room > 0 ? bytes.subarray(from, from + room).lastIndexOf(NEWLINE) : -1;
    if (fitting >= 0) return from + fitting + 1;
    if (sizeBytes > 0 && (!isInLine || sizeBytes >= 2 * maxBytes)) return from;
    // A line that is longer than the file may be, or whose beginning stands in it: one that never ends goes on in the next file.
    const end = bytes.subarray(from, to).indexOf(NEWLINE);
    return end < 0 ? to : from + end + 1;
  };

  const putLines = (bytes: Uint8Array, offset: number, length: number, act: (descriptor: number, from: number, count: number) => number): void => {
    const to = offset + length;
    let isStuck = false;
    for (let from = offset; from < to; ) {
      const end = isExact && !isStuck && open() && canRotate ? partEnd(bytes, from, to) : to;
      if (end === from) {
        rotate();
        // It could not be: the file grows on.
        isStuck = sizeBytes > 0;
        continue;
      }
      const start = from;
      put(end - start, (descriptor) => act(descriptor, start, end - start));
      isInLine = bytes[end - 1] !== NEWLINE;
      from = end;
    }
  };

  return {
    path,
    close: () => {
      close();
      if (lostBytes > 0) onProblem(`${lostBytes} bytes for the log file ${path} were dropped`);
      lostBytes = 0;
    },
    open: () => void open(),
    write: (bytes, offset, length) => putLines(bytes, offset, length, (descriptor, from, count) => append(descriptor, bytes, from, count)),
    writeText: (text) => {
      const bytes = new TextEncoder().encode(text);
      putLines(bytes, 0, bytes.length, (descriptor, from, count) => writeAll(count, (done) => writeOrErrno(descriptor, bytes, from + done, count - done)));
    },
    reopen: () => {
      close();
      retryAtMs = 0;
      open();
    },
    clear: () => {
      close();
      retryAtMs = 0;
      const reason = tryOpen(constants.O_TRUNC);
      if (reason !== null) open();
      return reason === null ? null : `cannot make the log file ${path} empty: ${reason}`;
    },
  };
};

/** -1: it cannot be read. */
const lastByte = (native: Native, path: string, size: number): number => {
  const byte = new Uint8Array(1);
  try {
    const fd = openPlace(native, path, constants.O_RDONLY, 0);
    const count = readSync(fd, byte, 0, 1, size - 1);
    closeSync(fd);
    return count === 1 ? (byte[0] ?? -1) : -1;
  } catch {
    return -1;
  }
};

/** Bytes that could not be written. */
const writeAll = (length: number, write: (done: number) => number): number => {
  let done = 0;
  while (done < length) {
    const count = write(done);
    if (count > 0) done += count;
    else if (count !== -EINTR) break;
  }
  return length - done;
};

const writeOrErrno = (fd: number, bytes: Uint8Array, offset: number, length: number): number => {
  try {
    return writeSync(fd, bytes, offset, length);
  } catch (error) {
    return error instanceof Error && 'errno' in error && typeof error.errno === 'number' ? error.errno : -1;
  }
};

const reasonOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  switch (code) {
    case 'ENOENT':
      return 'its directory does not exist';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EROFS':
      return 'the file system is read-only';
    case 'EISDIR':
      return 'it is a directory';
    case 'ENOSPC':
      return 'no space left on the device';
    case 'ENXIO':
      return 'nobody reads that pipe';
    default:
      return placeRefusal(code) ?? code;
  }
};
