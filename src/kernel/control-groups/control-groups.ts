/**
 * Control groups (version 2) of programs that are to have one. The container's own group is divided: tsinit and everything without a group
 * of its own go into a leaf, since the kernel lets no group have both members and divided resources; each program gets one beside it.
 * Nothing is touched before the first program asks. What the engine does not let us do is said in one sentence, with what to do about it.
 */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail, succeed } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { createMemoryEvents } from './memory-events.ts';
import { EVENTS, findControlGroup, killsAt, LEAF } from './own-control-group.ts';

/** Null: no limit. */
export type GroupLimits = {
  readonly memoryMax: number | null;
  readonly cpuMax: { readonly quotaUs: number; readonly periodUs: number } | null;
  readonly pidsMax: number | null;
};

export type ControlGroups = {
  /** A group of that name with these limits: the file of its members, or why there is none. */
  readonly enter: (name: string, limits: GroupLimits) => Result<string, string>;
  /** Nobody is to be in it any more: whoever is gets KILL, and it is taken away as soon as it is empty. */
  readonly clear: (name: string) => void;
  /** Tells how many of its processes the kernel kills for want of memory, until it is cleared or entered again. */
  readonly follow: (name: string, told: (kills: number) => void) => void;
  /** How many of its processes the kernel has killed for want of memory since the last enter(). */
  readonly killsIn: (name: string) => number;
};

const PREFIX = 'tsinit-';
/** Programs that are being started meanwhile are members for a moment. */
const ATTEMPTS = 20;
const BUSY = 'EBUSY';

type Divided = { readonly path: string; readonly controllers: Set<string> };

/** `isTakeover`: a predecessor may have divided it. */
export const createControlGroups = (isTakeover: boolean, find = findControlGroup): ControlGroups => {
  let divided: Divided | null = null;
  const killsBefore = new Map<string, number>();
  const events = createMemoryEvents();

  const divide = (): Result<Divided, string> => {
    if (divided !== null) return succeed(divided);
    const own = find();
    if (!own.ok) return own;
    const path = isTakeover && basename(own.value) === LEAF ? dirname(own.value) : own.value;
    divided = { path, controllers: new Set() };
    return succeed(divided);
  };

  const pathOf = (name: string): string | null => {
    const found = divide();
    return found.ok ? join(found.value.path, `${PREFIX}${name.replaceAll('/', '_')}`) : null;
  };

  return {
    enter: (name, limits) => {
      const found = divide();
      if (!found.ok) return found;
      const problem = attempt(() => handOut(found.value, wantedBy(limits)));
      if (problem !== null) return fail(problem);
      const path = pathOf(name) ?? '';
      return enterGroup(path, limits, (kills) => void killsBefore.set(name, kills));
    },
    follow: (name, told) => {
      const path = pathOf(name);
      if (path !== null) events.follow(name, join(path, EVENTS), told);
    },
    clear: (name) => {
      events.leave(name);
      const path = pathOf(name);
      if (path === null || remove(path)) return;
      killAll(path);
      remove(path);
    },
    killsIn: (name) => {
      const path = pathOf(name);
      return path === null ? 0 : (killsAt(join(path, EVENTS)) ?? 0) - (killsBefore.get(name) ?? 0);
    },
  };
};

const enterGroup = (path: string, limits: GroupLimits, onKills: (kills: number) => void): Result<string, string> => {
  remove(path); // what a former run has left empty: its counts are of no use any more
  const problem = attempt(() => {
    make(path);
    for (const [file, text] of filesOf(limits)) if (text !== 'max' || hasFile(path, file)) writeFileSync(join(path, file), text);
  });
  if (problem !== null) return fail(problem);
  onKills(killsAt(join(path, EVENTS)) ?? 0);
  return succeed(join(path, 'cgroup.procs'));
};

const wantedBy = ({ memoryMax, cpuMax, pidsMax }: GroupLimits): readonly string[] => [
  ...(memoryMax === null ? [] : ['memory']),
  ...(cpuMax === null ? [] : ['cpu']),
  ...(pidsMax === null ? [] : ['pids']),
];

const filesOf = ({ memoryMax, cpuMax, pidsMax }: GroupLimits): readonly (readonly [file: string, text: string])[] => [
  ['memory.max', String(memoryMax ?? 'max')],
  ['cpu.max', cpuMax === null ? 'max' : `${cpuMax.quotaUs} ${cpuMax.periodUs}`],
  ['pids.max', String(pidsMax ?? 'max')],
];

/** Makes the controllers count in the groups below. */
const handOut = ({ path, controllers }: Divided, wanted: readonly string[]): void => {
  const missing = wanted.filter((name) => !controllers.has(name));
  if (missing.length === 0) return;
  const present = wordsIn(join(path, 'cgroup.controllers'));
  const absent = missing.filter((name) => !present.includes(name));
  if (absent.length > 0) throw new Error(`the engine hands no ${absent.join(' and no ')} controller to this container (${join(path, 'cgroup.controllers')})`);
  const leaf = join(path, LEAF);
  make(leaf);
  for (let left = ATTEMPTS; ; left -= 1) {
    moveMembers(path, leaf);
    try {
      for (const name of missing) writeFileSync(join(path, 'cgroup.subtree_control'), `+${name}`);
      break;
    } catch (error) {
      if (left === 0 || codeOf(error) !== BUSY) throw error;
    }
  }
  for (const name of missing) controllers.add(name);
};

const moveMembers = (from: string, to: string): void => {
  for (const pid of wordsIn(join(from, 'cgroup.procs'))) {
    if (pid === '0') throw new Error(`${from} has members outside of this container; give the container a group of its own (docker run --cgroupns=private)`);
    try {
      writeFileSync(join(to, 'cgroup.procs'), pid);
    } catch (error) {
      if (codeOf(error) !== 'ESRCH') throw error;
    }
  }
};

/** Linux before 5.14 has no cgroup.kill. */
const killAll = (path: string): void => {
  try {
    writeFileSync(join(path, 'cgroup.kill'), '1', { flag: 'r+' });
  } catch {
    for (const pid of attemptWords(join(path, 'cgroup.procs'))) if (pid !== '0') signal(Number(pid));
  }
};

const signal = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
};

/** Not Node's own way to make what may be there, which takes a read-only file system for a missing folder. */
const make = (path: string): void => {
  try {
    mkdirSync(path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
};

/** False: somebody is in it. */
const remove = (path: string): boolean => {
  try {
    rmdirSync(path);
    return true;
  } catch (error) {
    return codeOf(error) === 'ENOENT';
  }
};

const wordsIn = (path: string): readonly string[] =>
  readFileSync(path, 'latin1')
    .split(/\s+/)
    .filter((word) => word !== '');

const attemptWords = (path: string): readonly string[] => attemptText(path).split(/\s+/).filter(Boolean);

const attemptText = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};

const hasFile = (path: string, file: string): boolean => readdirSync(path).includes(file);

/** Null: it worked. */
const attempt = (act: () => void): string | null => {
  try {
    act();
    return null;
  } catch (error) {
    if (FORBIDDEN.includes(codeOf(error) ?? '')) return notOurs(process.getuid?.() ?? 0);
    return error instanceof Error ? error.message : String(error);
  }
};

const FORBIDDEN = ['EROFS', 'EACCES', 'EPERM'];
const notOurs = (uid: number): string =>
  `/sys/fs/cgroup is not writable${uid === 0 ? '' : ` for user ${uid}`} in this container; ` +
  'start it with docker run --security-opt writable-cgroups=true (since 28; before: --privileged), podman run --security-opt unmask=/sys/fs/cgroup, or in Kubernetes with a runtime that hands cgroups on';

const codeOf = (error: unknown): string | undefined => (error instanceof Error && 'code' in error ? String(error.code) : undefined);
