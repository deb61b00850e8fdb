/**
 * What a run of the tests has left on the machine: files, processes, mounts. Compared before and after; what plainly belongs to others is
 * passed over, so that a run on a desk, or beside another run, is not blamed for it.
 */
import { readdirSync, readFileSync, readlinkSync, lstatSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { KEPT, processesOf, type RunFolder } from './run-folder.ts';

/** By path, what there is: kind, rights, owner, and of files their size and time. */
export type Machine = { readonly files: ReadonlyMap<string, string>; readonly mounts: ReadonlySet<string> };

/** Folders that everybody shares, and how deep they are compared. */
const SHARED: readonly (readonly [folder: string, depth: number])[] = [
  ['/', 1],
  ['/run', 2],
  ['/var/run', 2],
  ['/dev/shm', 1],
  ['/tmp', 1],
];
/** Session managers and engines work there all the time. */
const BUSY = /^\/(var\/)?run\/(user|systemd|udev|docker|containerd|containers|crun|libpod|netns|lock|log|dbus|mount|initctl)(\/|$)/;
const BUSY_MOUNTS = /^\/(var\/lib\/(docker|containers|containerd)|(var\/)?run\/(user|docker|containerd|netns|credentials)|snap|media|proc)(\/|$)/;
/** In /tmp anybody makes files: ours are those with names that tsinit, its tests and their servers give, and whatever is no file and no folder. */
const OURS_IN_TMP = /tsinit|supervis|celery|gunicorn|nginx|php|redis|postgres|PGSQL|conmon|^\/tmp\/(a|b|p|x|go|out|no)\b/i;
/** Runs of others, which remove them themselves. */
const OTHER_RUNS = /^\/tmp\/tsinit-(run|try|files|bench|verify|rehearsal)/;

export const lookAtMachine = (): Machine => {
  const files = new Map<string, string>();
  for (const [folder, depth] of SHARED) addFiles(files, folder, depth);
  const mounts = readFileSync('/proc/self/mounts', 'latin1').trim().split('\n');
  return { files, mounts: new Set(mounts.map((line) => line.split(' ')[1] ?? '').filter((mount) => !BUSY_MOUNTS.test(mount))) };
};

/** A sentence for each thing that is there and was not, was there and is not, or is another. */
export const leftBehind = (before: Machine, run: RunFolder): readonly string[] => {
  const after = lookAtMachine();
  const found: string[] = [];
  for (const [path, what] of after.files) {
    const was = before.files.get(path);
    if (was === undefined && isOurs(path, what)) found.push(`${path} is left (${what})`);
    else if (was !== undefined && was !== what) found.push(`${path} is changed: was ${was}, is ${what}`);
  }
  for (const path of before.files.keys()) if (!after.files.has(path) && !path.startsWith('/tmp/')) found.push(`${path} is gone`);
  for (const mount of after.mounts) if (!before.mounts.has(mount) && isMountOurs(mount, run)) found.push(`${mount} is left mounted`);
  for (const mount of before.mounts) if (!after.mounts.has(mount) && !OTHER_RUNS.test(mount)) found.push(`${mount} is no longer mounted`);
  for (const name of readdirSync(run.path)) if (!KEPT.includes(name)) found.push(`${join(run.path, name)} is left by a test`);
  for (const pid of processesOf(run)) found.push(`process ${pid} is left: ${commandOf(pid)}`);
  return found.filter((sentence) => sentence !== '');
};

const isMountOurs = (mount: string, run: RunFolder): boolean => mount.startsWith(`${run.path}/`) || !OTHER_RUNS.test(mount);

const isOurs = (path: string, what: string): boolean => {
  if (OTHER_RUNS.test(path)) return false;
  if (path.startsWith('/tmp/')) return OURS_IN_TMP.test(path) || /^(socket|pipe|device)/.test(what);
  return !isHeldByOther(path);
};

/** Shared memory of a browser, say: some process has it open or mapped. Ours are over. */
const isHeldByOther = (path: string): boolean => path.startsWith('/dev/shm/') && readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && holds(pid, path));

const holds = (pid: string, path: string): boolean => {
  try {
    if (readFileSync(`/proc/${pid}/maps`, 'latin1').includes(path)) return true;
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === path);
  } catch {
    return false;
  }
};

const addFiles = (files: Map<string, string>, folder: string, depth: number): void => {
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    if (BUSY.test(path)) continue;
    const what = kindOf(path);
    if (what === null) continue;
    files.set(path, what);
    if (depth > 1 && what.startsWith('folder')) addFiles(files, path, depth - 1);
  }
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return lstatSync(folder).isSymbolicLink() ? [] : readdirSync(folder);
  } catch {
    return [];
  }
};

/** Contents are compared where nobody else has reason to write. */
const kindOf = (path: string): string | null => {
  try {
    const stat = lstatSync(path);
    const rights = `${nameOf(stat)} ${(stat.mode & 0o7777).toString(8)} of ${stat.uid}:${stat.gid}`;
    return stat.isFile() && /^\/[^/]+$/.test(path) ? `${rights}, ${stat.size} bytes, written ${stat.mtime.toISOString()}` : rights;
  } catch {
    return null;
  }
};

const nameOf = (stat: Stats): string => {
  if (stat.isDirectory()) return 'folder';
  if (stat.isFile()) return 'file';
  if (stat.isSymbolicLink()) return 'link';
  if (stat.isSocket()) return 'socket';
  return stat.isFIFO() ? 'pipe' : 'device';
};

/** With its arguments, for people. */
export const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
  } catch {
    return 'gone by now';
  }
};
