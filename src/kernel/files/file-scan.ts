/** Which files match a pattern now, and in which directories another one could come. `*` and `?` within a name, `**` for any directories. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** More are hardly meant, and cost a descriptor's worth of kernel memory each. */
export const MOST_DIRECTORIES = 1_000;
export const MOST_FILES = 10_000;

export type Scan = {
  /** What of it is known changes when the file does, by path. */
  readonly files: Map<string, { readonly signature: string; readonly changedAtMs: number }>;
  /** To be watched. */
  readonly directories: Set<string>;
};

/** `patterns`: absolute. Stops adding at the bounds. */
export const scanFiles = (patterns: readonly string[]): Scan => {
  const scan: Scan = { files: new Map(), directories: new Set() };
  for (const pattern of patterns)
    walk(
      scan,
      '/',
      pattern.split('/').filter((part) => part !== '' && part !== '.'),
    );
  return scan;
};

export const isTooMuch = ({ files, directories }: Scan): boolean => directories.size >= MOST_DIRECTORIES || files.size >= MOST_FILES;

const walk = (scan: Scan, directory: string, parts: readonly string[]): void => {
  const [first, ...rest] = parts;
  if (first === undefined || isTooMuch(scan)) return;
  if (!isPattern(first)) {
    const child = join(directory, first);
    // A directory that is there need not be seen coming: the next one down is watched.
    if (rest.length > 0 && isDirectory(child)) return walk(scan, child, rest);
    scan.directories.add(directory);
    if (rest.length === 0) addFile(scan, child);
    return;
  }
  scan.directories.add(directory);
  if (first === '**' && rest.length > 0) walk(scan, directory, rest);
  for (const entry of entriesOf(directory)) {
    const child = join(directory, entry.name);
    if (first === '**') {
      if (rest.length === 0 && !entry.isDirectory()) addFile(scan, child);
      if (entry.isDirectory() && !SKIPPED.test(entry.name)) walk(scan, child, parts);
    } else if (matches(entry.name, first)) {
      if (rest.length === 0) addFile(scan, child);
      else if (isDirectory(child)) walk(scan, child, rest);
    }
  }
};

/** `**` is for sources: what is hidden or installed is none. */
const SKIPPED = /^(\..*|node_modules)$/;

const isPattern = (part: string): boolean => /[*?]/.test(part);

const matches = (name: string, part: string): boolean => {
  if (name.startsWith('.') && !part.startsWith('.')) return false;
  const source = part
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(name);
};

const addFile = (scan: Scan, path: string): void => {
  if (scan.files.size >= MOST_FILES) return;
  try {
    const { mtimeMs, ctimeMs, size, ino } = statSync(path);
    scan.files.set(path, { signature: `${mtimeMs} ${size} ${ino}`, changedAtMs: ctimeMs });
  } catch {
    // It is not there, or has gone since it was listed.
  }
};

const entriesOf = (directory: string) => {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
};

const isDirectory = (path: string): boolean => existsSync(path) && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
