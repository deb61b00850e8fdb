/**
 * A step's result, kept by a hash of everything that went into it. A step that has run with the same input is not run
 * again; a step that fails leaves nothing behind.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from './paths.ts';

/** Older results of a step that are kept: branches are switched back and forth. */
const KEPT_RESULTS = 4;

/** One hash of many inputs; order counts, borders between them too. */
export const hashOf = (inputs: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const input of inputs) hash.update(`${input.length}:`).update(input);
  return hash.digest('hex').slice(0, 24);
};

/** Content of files, for hashOf(). */
export const contents = (files: readonly string[]): Uint8Array[] => files.map((file) => readFileSync(file));

/** The path of `name`'s result for these inputs; `make` is called with the path to write when there is none yet. */
export const cached = async (name: string, inputs: readonly (string | Uint8Array)[], make: (path: string) => Promise<void> | void): Promise<string> => {
  const folder = join(cache, 'build', name);
  const path = join(folder, hashOf(inputs));
  if (existsSync(path)) {
    const now = new Date();
    utimesSync(path, now, now);
    return path;
  }
  mkdirSync(folder, { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  try {
    await make(unfinished);
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { force: true });
  }
  forgetOld(folder);
  return path;
};

const forgetOld = (folder: string): void => {
  const results = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile() && !entry.name.includes('.'));
  const byAge = results.map((entry) => join(folder, entry.name)).sort((a, b) => modified(b) - modified(a));
  for (const path of byAge.slice(KEPT_RESULTS)) rmSync(path, { force: true });
};

const modified = (path: string): number => {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return 0; // taken away by a build beside us
  }
};
