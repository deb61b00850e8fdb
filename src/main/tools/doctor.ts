/** Wiring of `tsinit doctor`: the real file system, and what init left in our environment. */
import { accessSync, constants, existsSync, readFileSync, readlinkSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { Look } from '../../cli/doctor/facts.ts';
import { doctor } from '../../cli/doctor/main.ts';
import { searchPaths } from '../../config/read/search-paths.ts';
import { currentDirectory } from '../../kernel/files/files.ts';

/** `environment`: the user's, not ours. Returns the exit code. */
export const runDoctor = (environment: Readonly<Record<string, string>>): number =>
  doctor({
    look,
    process: {
      pid: process.pid,
      uid: process.getuid?.() ?? 0,
      gid: process.getgid?.() ?? 0,
      groups: process.getgroups?.() ?? [],
      directory: currentDirectory(),
    },
    environment,
    found: process.env['TSINIT_FOUND'] ?? '',
    configurations: searchPaths('tsinit'),
  });

const answer = <T>(ask: () => T): T | null => {
  try {
    return ask();
  } catch {
    return null;
  }
};

const look: Look = {
  text: (path) => answer(() => readFileSync(path, 'utf8')),
  link: (path) => answer(() => readlinkSync(path)),
  isThere: existsSync,
  mayWrite: (path) => answer(() => accessSync(path, constants.W_OK) ?? true) === true,
  isTerminal: isatty,
};
