/**
 * Reading a log back, from its file or from memory, by supervisord's arithmetic. Bounded: an answer is held in memory several times over
 * before it is on its way. Refuses to write, and to open anything but a plain file: a pipe would hold everything up.
 */
import { closeSync, fstatSync, readSync } from 'node:fs';
import type { Stats } from 'node:fs';
import type { LogSource } from '../port.ts';

/** Of one answer; who wants more asks for the next part. */
export const MAXIMUM_READ_BYTES = 16 * 1024 * 1024;

export type OpenLog = {
  /** Bytes ever, for a log in memory; its file's size, for one in a file. */
  readonly size: number;
  /** What is there of that range, at most MAXIMUM_READ_BYTES. */
  readonly read: (from: number, length: number) => Uint8Array;
};

/** `missing`: there is no such file; `unreadable`: there is something, but it cannot be read. */
export type Opened<T> = { readonly kind: 'read'; readonly value: T } | { readonly kind: 'missing' } | { readonly kind: 'unreadable' };

/** Opens, hands over, closes. */
export const withLog = <T>(source: LogSource, use: (log: OpenLog) => T): Opened<T> => {
  if (source.kind === 'memory') return { kind: 'read', value: use(memoryLog(source)) };
  let fd = -1;
  try {
    fd = source.open();
    const stat = fstatSync(fd);
    if (isNothing(stat)) return { kind: 'read', value: use(EMPTY) };
    return stat.isFile() ? { kind: 'read', value: use({ size: stat.size, read: fileReader(fd) }) } : { kind: 'unreadable' };
  } catch (problem) {
    return { kind: isMissing(problem) ? 'missing' : 'unreadable' };
  } finally {
    if (fd >= 0) closeSync(fd);
  }
};

/** supervisord's read: a negative offset counts from the end and takes no length; length 0 means everything. Null: the numbers make no sense. */
export const readPart = (log: OpenLog, offset: number, length: number): Uint8Array | null => {
  if (offset < 0) return length === 0 ? readEnd(log, -offset) : null;
  if (length < 0) return null;
  return log.read(offset, length === 0 ? Math.max(0, log.size - offset) : length);
};

/** supervisord's tail: the last `length` bytes if there is anything beyond `offset`; `overflow` says that there was more than was asked for. */
export const readTail = (log: OpenLog, offset: number, length: number): { readonly bytes: Uint8Array; readonly overflow: boolean } => {
  const overflow = log.size > offset + length;
  return { bytes: overflow || offset < log.size ? readEnd(log, length) : NOTHING, overflow };
};

const NOTHING = new Uint8Array();
const EMPTY: OpenLog = { size: 0, read: () => NOTHING };

/** Device 1:3, /dev/null by whatever name: a log without a byte, for ever. */
const NULL_DEVICE = 0x103;
export const isNothing = (stat: Pick<Stats, 'isCharacterDevice' | 'rdev'>): boolean => stat.isCharacterDevice() && stat.rdev === NULL_DEVICE;

const readEnd = (log: OpenLog, length: number): Uint8Array => {
  const wanted = Math.max(0, Math.min(length, log.size, MAXIMUM_READ_BYTES));
  return log.read(log.size - wanted, wanted);
};

const fileReader =
  (fd: number) =>
  (from: number, length: number): Uint8Array => {
    const available = Math.max(0, fstatSync(fd).size - from);
    const buffer = Buffer.allocUnsafe(Math.min(length, available, MAXIMUM_READ_BYTES));
    let filled = 0;
    while (filled < buffer.length) {
      const count = readSync(fd, buffer, filled, buffer.length - filled, from + filled);
      if (count === 0) break;
      filled += count;
    }
    return buffer.subarray(0, filled);
  };

const memoryLog = (source: Extract<LogSource, { readonly kind: 'memory' }>): OpenLog => {
  const { bytes, total } = source.tail(MAXIMUM_READ_BYTES);
  const first = total - bytes.length;
  const at = (position: number): number => Math.max(0, position - first);
  return { size: total, read: (from, length) => bytes.subarray(at(from), at(from + Math.min(length, MAXIMUM_READ_BYTES))) };
};

const isMissing = (problem: unknown): boolean => problem instanceof Error && 'code' in problem && (problem.code === 'ENOENT' || problem.code === 'ENOTDIR');
