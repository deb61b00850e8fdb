/** The container's own control group: where it is, and what the kernel has counted there. Reads, and changes nothing. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail, succeed } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';

const MOUNT = '/sys/fs/cgroup';
const MEMBERSHIP = '/proc/self/cgroup';
export const EVENTS = 'memory.events';

/** What control-groups.ts calls the group of tsinit itself, once the container's is divided. */
export const LEAF = 'tsinit';

/** The directory of our own group of version 2, or why there is none. */
export const findControlGroup = (mount = MOUNT, membership = MEMBERSHIP): Result<string, string> => {
  if (!existsSync(join(mount, 'cgroup.controllers'))) {
    const why = existsSync(join(mount, 'memory')) ? 'this machine has control groups of version 1, and version 2 is needed' : `${mount} is not mounted`;
    return fail(why);
  }
  const own = lineOf(membership, '0:');
  if (own === null) return fail(`${membership} names no control group of version 2`);
  const path = own === '/' ? mount : join(mount, own);
  if (own.startsWith('/..') || !existsSync(path))
    return fail(`our own control group ${own} is not to be seen in ${mount}; start the container with --cgroupns=private`);
  return succeed(path);
};

/** A count of processes that the kernel has killed for want of memory, and where it was found. */
export type MemoryKills = { readonly at: string; readonly kills: number };

/**
 * `shared`: among the programs that have no group of their own; `container`: among all. Null: it cannot be known here.
 */
export const memoryKills = (scope: 'shared' | 'container', mount = MOUNT, membership = MEMBERSHIP): MemoryKills | null => {
  for (const at of countersOf(scope, mount, membership)) {
    const kills = killsAt(at);
    if (kills !== null) return { at, kills };
  }
  return null;
};

/** What such a file counts; null: it is not there, or does not. */
export const killsAt = (path: string): number | null => {
  const found = /^oom_kill (\d+)$/m.exec(textOf(path) ?? '');
  return found === null ? null : Number(found[1]);
};

/** A group counts for those below it as well, one of version 1 for itself alone. */
const countersOf = (scope: 'shared' | 'container', mount: string, membership: string): readonly string[] => {
  const own = findControlGroup(mount, membership);
  if (own.ok) {
    const whole = join(basename(own.value) === LEAF ? dirname(own.value) : own.value, EVENTS);
    return scope === 'shared' ? [join(own.value, EVENTS), whole] : [whole];
  }
  const path = lineOf(membership, '\\d+:(?:[^:]*,)?memory(?:,[^:]*)?') ?? '/';
  // A container of version 1 has its own group as the root of the mount, while the file tells where that is on the machine.
  return [join(mount, 'memory', path, 'memory.oom_control'), join(mount, 'memory/memory.oom_control')];
};

/** Path behind the number and controllers of a line of /proc/PID/cgroup. */
const lineOf = (membership: string, start: string): string | null => new RegExp(`^${start}:(/.*)$`, 'm').exec(textOf(membership) ?? '')?.[1] ?? null;

const textOf = (path: string): string | null => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
};
