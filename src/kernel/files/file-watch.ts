/**
 * Follows the files that match patterns: inotify says that something has happened in a directory, a look afterwards says what. Several
 * changes at once are told together.
 */
import { statSync, watch } from 'node:fs';
import { isTooMuch, scanFiles } from './file-scan.ts';
import type { Scan } from './file-scan.ts';
import type { Clock } from '../kernel.ts';

/** Editors and compilers write in several steps. */
const SETTLE_MS = 200;
/** Who writes all the time is looked at all the same. */
const LONGEST_SETTLE_MS = 1_000;

export type FileChanges = { readonly appeared: readonly string[]; readonly changed: readonly string[]; readonly gone: readonly string[] };

export type FileWatch = {
  /** What matched when it was looked last, with the time of the last change since the epoch. */
  readonly present: () => ReadonlyMap<string, { readonly changedAtMs: number }>;
  readonly end: () => void;
};

/** `onProblem`: something is not watched. Said once for each kind. */
export const watchFiles = (
  patterns: readonly string[],
  clock: Clock,
  onChanges: (changes: FileChanges) => void,
  onProblem: (problem: string) => void,
): FileWatch => {
  const watchers = new Map<string, { readonly identity: string; readonly close: () => void }>();
  const told = new Set<string>();
  let scan: Scan = { files: new Map(), directories: new Set() };
  let cancel = (): void => {};
  let isOver = false;
  let unsettledSinceMs: number | null = null;

  const complain = (problem: string): void => {
    if (!told.has(problem)) onProblem(problem);
    told.add(problem);
  };
  const settle = (): void => {
    const now = clock.nowMs();
    unsettledSinceMs ??= now;
    cancel();
    if (!isOver) cancel = clock.at(Math.min(now + SETTLE_MS, unsettledSinceMs + LONGEST_SETTLE_MS), look);
  };
  const follow = (directory: string): void => {
    const identity = identityOf(directory);
    // One that has been made anew is another one to the kernel.
    if (watchers.get(directory)?.identity !== identity) leave(directory);
    if (watchers.has(directory)) return;
    try {
      const watcher = watch(directory, { persistent: false }, settle);
      watcher.on('error', () => leave(directory));
      watchers.set(directory, { identity, close: () => watcher.close() });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      complain(
        code === 'ENOSPC' || code === 'EMFILE' ? `no more directories can be watched (${code}; see fs.inotify.max_user_watches)` : `${directory}: ${code}`,
      );
    }
  };
  const leave = (directory: string): void => {
    watchers.get(directory)?.close();
    watchers.delete(directory);
  };
  const look = (): void => {
    const before = scan;
    unsettledSinceMs = null;
    scan = scanFiles(patterns);
    if (isTooMuch(scan)) complain('too many files or directories match; not all are watched');
    for (const directory of watchers.keys()) if (!scan.directories.has(directory)) leave(directory);
    for (const directory of scan.directories) follow(directory);
    const changes = difference(before, scan);
    if (changes.appeared.length + changes.changed.length + changes.gone.length > 0) onChanges(changes);
  };

  scan = scanFiles(patterns);
  for (const directory of scan.directories) follow(directory);
  // What came between the look and the watch would not be seen.
  settle();
  return {
    present: () => scan.files,
    end: () => {
      isOver = true;
      cancel();
      for (const directory of watchers.keys()) leave(directory);
    },
  };
};

const identityOf = (directory: string): string => {
  const status = statSync(directory, { throwIfNoEntry: false });
  return status === undefined ? '' : `${status.ino} ${status.birthtimeMs}`;
};

const difference = (before: Scan, after: Scan): FileChanges => {
  const appeared: string[] = [];
  const changed: string[] = [];
  for (const [path, { signature }] of after.files) {
    const old = before.files.get(path);
    if (old === undefined) appeared.push(path);
    else if (old.signature !== signature) changed.push(path);
  }
  return { appeared, changed, gone: [...before.files.keys()].filter((path) => !after.files.has(path)) };
};
