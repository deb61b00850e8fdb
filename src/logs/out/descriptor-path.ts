/**
 * Paths that name a descriptor of a process, in every spelling: /dev/fd, /proc with self, a process id or a task, `..` on the way, and
 * links that end there. Opening one by its path would open what init or the supervisor holds: its own memory among it.
 */
import { readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { StreamName } from '../box/slots.ts';

/** Which descriptor a path names. `foreign`: one that is not the container's output. */
export type Descriptor = StreamName | 'foreign';

/** Known also where /dev or /proc are missing. */
const USUAL: ReadonlyMap<string, StreamName> = new Map([
  ['/dev/stdout', 'stdout'],
  ['/dev/stderr', 'stderr'],
]);
const DESCRIPTOR = /^\/(?:dev|proc\/(self|thread-self|\d+)(?:\/task\/\d+)?)\/fd\/+(\d+)$/;
/** Linux's own limit for links on the way to a file. */
const MOST_LINKS = 40;

/** Null: the path names no descriptor. */
export const descriptorOf = (path: string): Descriptor | null => {
  let at = resolve(path);
  const asWritten = direct(path) ?? direct(at);
  if (asWritten !== null) return asWritten;
  at = path.startsWith('/') ? path : at;
  for (let links = 0; links < MOST_LINKS; links += 1) {
    const folder = realFolder(at);
    const full = join(folder, basename(at));
    const found = direct(full);
    if (found !== null) return found;
    const target = linkTarget(full);
    if (target === null) return null;
    // Not normalized: `..` behind a link is the parent of what the link names.
    at = target.startsWith('/') ? target : `${folder}/${target}`;
  }
  return null;
};

const direct = (path: string): Descriptor | null => {
  const usual = USUAL.get(path);
  if (usual !== undefined) return usual;
  const [, process, number] = DESCRIPTOR.exec(path) ?? [];
  if (number === undefined) return null;
  const isOwn = process === undefined || OWN.has(process) || process === ownPid();
  if (!isOwn) return 'foreign';
  return Number(number) === 1 ? 'stdout' : Number(number) === 2 ? 'stderr' : 'foreign';
};

/** Process 1 is init, whose standard streams are ours. */
const OWN: ReadonlySet<string> = new Set(['self', 'thread-self', '1']);
const ownPid = (): string => String(process.pid);

const realFolder = (path: string): string => {
  const folder = dirname(path);
  try {
    return realpathSync.native(folder);
  } catch {
    return folder;
  }
};

const linkTarget = (path: string): string | null => {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
};
