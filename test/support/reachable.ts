/**
 * Files that other users, whom tests become, must be able to open. A clone may lie in a folder that only its owner may enter, and may have been
 * made with umask 077: such files are copied into the folder of the run (build/run-folder.ts), which everybody may enter.
 */
import { createHash } from 'node:crypto';
import { chmodSync, constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

const FOR_OTHERS = 0o5;
const ENTER = 0o1;

/** A path to the program that every user can run: itself where that is so, else a copy's. */
export const reachable = (path: string): string => {
  if (!existsSync(path) || (process.env['TSINIT_TEST_RUN'] === undefined && isOpenToAll(path))) return path;
  const { mtimeMs, size } = statSync(path);
  const kind = createHash('sha256')
    .update(`${realpathSync(path)} ${mtimeMs} ${size}`)
    .digest('hex')
    .slice(0, 8);
  const target = join(folderForAll(), kind, basename(path));
  if (existsSync(target)) return target;
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
  const unfinished = `${target}.${process.pid}`;
  copyFileSync(path, unfinished, constants.COPYFILE_FICLONE);
  chmodSync(unfinished, 0o755);
  renameSync(unfinished, target); // several test files may ask at once
  return target;
};

const isOpenToAll = (path: string): boolean => {
  if ((statSync(path).mode & FOR_OTHERS) !== FOR_OTHERS) return false;
  for (let folder = dirname(realpathSync(path)); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & ENTER) === 0) return false;
    if (folder === '/') return true;
  }
};

let own: string | null = null;

/** Of the run; of this process when a test file is run by itself. */
const folderForAll = (): string => {
  const run = process.env['TSINIT_TEST_RUN'];
  if (run !== undefined) return join(run, 'files');
  if (own === null) {
    const made = mkdtempSync(join(tmpdir(), 'tsinit-files-'));
    chmodSync(made, 0o755);
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
    own = made;
  }
  return own;
};
