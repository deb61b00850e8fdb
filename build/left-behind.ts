/**
 * What a run of the tests has left on the machine: files, processes, mounts. Compared before and after; what plainly belongs to others is
 * passed over, so that a run on a desk, or beside another run, is not blamed for it.
 */
import { readdirSync, readFileSync, readlinkSync, lstatSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { KEPT, mountPoints, processesOf, type RunFolder } from './run-folder.ts';

/** By path, what there is: kind, rights, owner, and of files their size and time; and how often something is mounted there. */
export type Machine = { readonly files: ReadonlyMap<string, string>; readonly mounts: ReadonlyMap<string, number> };

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
  const mounts = new Map<string, number>();
  for (const mount of mountPoints()) if (!BUSY_MOUNTS.test(mount)) mounts.set(mount, (mounts.get(mount) ?? 0) + 1);
  return { files, mounts };
};

/** A sentence for each thing that is there and was not, was there and is not, or is another. */
export const leftBehind = (before: Machine, run: RunFolder): readonly string[] => {
  const after = lookAtMachine();
  const found: string[] = [];
  const isHeld = heldByOthers(run);
  for (const [path, what] of after.files) {
    const was = before.files.get(path);
    if (was === what || !isOurs(path, what) || isHeld(path)) continue;
    found.push(was === undefined ? `${path} is left (${what})` : `${path} is changed: was ${was}, is ${what}`);
  }
  for (const path of before.files.keys()) if (!after.files.has(path) && !path.startsWith('/tmp/')) found.push(`${path} is gone`);
  for (const [mount, times] of after.mounts) if (times > (before.mounts.get(mount) ?? 0) && isMountOurs(mount, run)) found.push(`${mount} is left mounted`);
  for (const [mount, times] of before.mounts)
    if (times > (after.mounts.get(mount) ?? 0) && !OTHER_RUNS.test(mount)) found.push(`${mount} is no longer mounted`);
  for (const name of readdirSync(run.path)) if (!KEPT.includes(name)) found.push(`${join(run.path, name)} is left by a test`);
  for (const pid of processesOf(run)) found.push(`process ${pid} is left: ${commandOf(pid)}`);
  return found;
};

const isMountOurs = (mount: string, run: RunFolder): boolean => mount.startsWith(`${run.path}/`) || !OTHER_RUNS.test(mount);

const isOurs = (path: string, what: string): boolean => {
  if (OTHER_RUNS.test(path) || isOfAnotherUser(what)) return false;
  return !path.startsWith('/tmp/') || OURS_IN_TMP.test(path) || /^(socket|pipe|device)/.test(what);
};

/** Only root can give files to others. */
const isOfAnotherUser = (what: string): boolean => process.getuid?.() !== 0 && !what.includes(` of ${process.getuid?.()}:`);

/** Shared memory of a browser, a compiler's file, a test that somebody runs by itself: a process that is not of this run names it, has it open or mapped. */
const heldByOthers = (run: RunFolder): ((path: string) => boolean) => {
  let others: readonly string[] | null = null;
  return (path) => {
    if (!/^\/(tmp|dev\/shm)\//.test(path)) return false;
    others ??= othersThan(run);
    return others.some((pid) => holds(pid, path));
  };
};

const othersThan = (run: RunFolder): readonly string[] => {
  const ours = new Set([process.pid, ...processesOf(run)].map(String));
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && !ours.has(name));
};

const holds = (pid: string, path: string): boolean => {
  try {
    if (['cmdline', 'maps'].some((file) => readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(path))) return true;
    return readdirSync(`/proc/${pid}/fd`).some((fd) => `${readlinkSync(`/proc/${pid}/fd/${fd}`)}/`.startsWith(`${path}/`));
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
