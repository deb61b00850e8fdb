/** Real descriptors for tests of the log path: named pipes (Node has no pipe(2)), the addon's build, a box on a file. */
import { execFileSync } from 'node:child_process';
import { constants, createReadStream, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { addon } from '../../../build/addon.ts';
import { machineOf } from '../../../build/paths.ts';

export type Bench = {
  readonly folder: string;
  readonly boxPath: string;
  /** Path of a new named pipe. */
  readonly pipe: (name: string) => string;
  readonly [Symbol.dispose]: () => void;
};

export const createBench = (): Bench => {
  const folder = mkdtempSync(join(tmpdir(), 'tsinit-logs-'));
  const boxPath = join(folder, 'box');
  writeFileSync(boxPath, '');
  return {
    folder,
    boxPath,
    pipe: (name) => {
      const path = join(folder, name);
      execFileSync('mkfifo', [path]);
      return path;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
};

let built: Promise<string> | null = null;

/** Path of the addon, built when it is not up to date. */
export const addonPath = (): Promise<string> => {
  built ??= addon(machineOf([])).then((path) => {
    if (path === null) throw new Error('there is no source of the kernel addon');
    return path;
  });
  return built;
};

/** Both ends of a named pipe; the reading end does not block. */
export const openPipe = (path: string): { readonly read: number; readonly write: number } => {
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { read, write: openSync(path, constants.O_WRONLY) };
};

/** Calls back for every line that arrives in the pipe; resolves at its end. */
export const readLines = async (path: string, onLine: (line: string) => void): Promise<void> => {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: 0 })) onLine(line);
};
