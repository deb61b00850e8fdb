/**
 * A log read as it grows: through rotation, truncation and a while without a file. Reads what has come since the last time, never waits.
 * Owns the open file; whoever made it closes it.
 */
import { closeSync, fstatSync, readSync, statSync } from 'node:fs';
import { isNothing } from './api/log-source.ts';
import type { LogSource } from './port.ts';

export type Follower = {
  /** The next bytes, at most `limit`; null: nothing new. */
  readonly next: (limit: number) => Uint8Array | null;
  /** Of a file: when it was last written. */
  readonly modifiedAt: Date | null;
  readonly close: () => void;
};

/** What stands in the stream where a file was emptied. */
export const TRUNCATED = Buffer.from('==> File truncated <==\n');

/** From the last `head` bytes on. Null: there is nothing that could be read. */
export const follow = (source: LogSource, head: number): Follower | null => (source.kind === 'file' ? followFile(source, head) : followMemory(source, head));

const followMemory = (source: Extract<LogSource, { readonly kind: 'memory' }>, head: number): Follower => {
  let seen = Math.max(0, source.tail(0).total - head);
  return {
    modifiedAt: null,
    close: () => {},
    next: (limit) => {
      const { total } = source.tail(0);
      if (total < seen) {
        seen = 0;
        return TRUNCATED;
      }
      if (total === seen) return null;
      const { bytes } = source.tail(total - seen);
      // What is older than the memory goes back has been missed.
      const piece = bytes.subarray(0, limit);
      seen = total - bytes.length + piece.length;
      return piece;
    },
  };
};

type FileSource = Extract<LogSource, { readonly kind: 'file' }>;
type OpenFile = { readonly fd: number; readonly inode: number; readonly size: number; readonly modifiedAt: Date };

const followFile = (source: FileSource, head: number): Follower | null => {
  const first = openFile(source);
  if (first === null) return null;
  let file: OpenFile = first;
  let position = Math.max(0, first.size - head);

  /** After the last byte of the old file: what was written to it before the rotation comes first. */
  const takeSuccessor = (): boolean => {
    if (inodeAt(source.path) === file.inode) return false;
    const successor = openFile(source);
    if (successor === null) return false;
    closeSync(file.fd);
    file = successor;
    position = 0;
    return true;
  };
  const read = (limit: number): Uint8Array | null => {
    const { size } = fstatSync(file.fd);
    if (size < position) {
      position = 0;
      return TRUNCATED;
    }
    if (size === position) return null;
    const buffer = Buffer.allocUnsafe(Math.min(limit, size - position));
    const count = readSync(file.fd, buffer, 0, buffer.length, position);
    position += count;
    return count === 0 ? null : buffer.subarray(0, count);
  };
  return {
    modifiedAt: first.modifiedAt,
    close: () => closeSync(file.fd),
    next: (limit) => read(limit) ?? (takeSuccessor() ? read(limit) : null),
  };
};

/** Only plain files: a pipe's other readers would miss what we read, and it could hold us up. */
const openFile = ({ open }: FileSource): OpenFile | null => {
  try {
    const fd = open();
    const stat = fstatSync(fd);
    if (stat.isFile() || isNothing(stat)) return { fd, inode: stat.ino, size: stat.size, modifiedAt: stat.mtime };
    closeSync(fd);
    return null;
  } catch {
    return null;
  }
};

const inodeAt = (path: string): number | null => {
  try {
    return statSync(path).ino;
  } catch {
    return null;
  }
};
