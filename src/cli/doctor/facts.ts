/**
 * The container as `tsinit doctor` finds it: what the kernel, the engine and the image show of themselves, as data. Judges nothing.
 * The file system is passed in: tests look at others than this one.
 */
import { parsePosixRule } from '../../base/zone/posix-rule.ts';
import { limitsIn, mountsIn, numberIn, statusIn } from './proc.ts';
import type { Mount } from './proc.ts';

/** How the doctor looks; every call answers with what there is, or null. */
export type Look = {
  readonly text: (path: string) => string | null;
  readonly link: (path: string) => string | null;
  readonly isThere: (path: string) => boolean;
  /** For the user we run as. */
  readonly mayWrite: (path: string) => boolean;
  readonly isTerminal: (descriptor: number) => boolean;
};

export type Process = { readonly pid: number; readonly uid: number; readonly gid: number; readonly groups: readonly number[]; readonly directory: string };

/** What init saw before anything was changed (src/init/tools/found.h). */
export type Found = {
  readonly blocked: readonly number[];
  readonly ignored: readonly number[];
  readonly closed: readonly number[];
  readonly left: readonly { readonly descriptor: number; readonly target: string }[];
};

export type Facts = {
  readonly process: Process;
  readonly found: Found;
  readonly first: string | null;
  readonly userName: string | null;
  readonly capabilities: bigint;
  readonly noNewPrivileges: boolean;
  readonly isFiltered: boolean;
  readonly files: { readonly soft: number; readonly hard: number };
  readonly cgroup: {
    readonly version: 1 | 2 | null;
    readonly isDelegated: boolean;
    readonly memory: number | null;
    readonly processes: number | null;
    readonly killsTogether: boolean | null;
  };
  readonly streams: readonly { readonly descriptor: number; readonly target: string; readonly isTerminal: boolean }[];
  readonly zone: { readonly variable: string | null; readonly isKnown: boolean };
  readonly isRootReadOnly: boolean;
  readonly places: readonly { readonly path: string; readonly isThere: boolean; readonly isWritable: boolean }[];
  readonly hasNull: boolean;
  readonly hidesProcesses: boolean;
  readonly overcommit: number | null;
  readonly configuration: string | null;
  readonly kernel: string;
};

const PLACES: readonly string[] = ['/', '/tmp', '/run', '/var/log', '/dev/shm'];
const ENDLESS = 2 ** 60;

export const factsOf = (
  look: Look,
  process: Process,
  environment: Readonly<Record<string, string>>,
  found: string,
  configurations: readonly string[],
): Facts => {
  const status = statusIn(look.text('/proc/self/status') ?? '');
  const mounts = mountsIn(look.text('/proc/self/mounts') ?? '');
  const places = [...new Set([...PLACES, process.directory, ...(environment['HOME'] === undefined ? [] : [environment['HOME']])])];
  return {
    process,
    found: foundIn(found),
    first: look.text('/proc/1/comm')?.trim() ?? null,
    userName: userName(look.text('/etc/passwd') ?? '', process.uid),
    capabilities: BigInt(`0x${status['CapEff'] ?? '0'}`),
    noNewPrivileges: status['NoNewPrivs'] === '1',
    isFiltered: status['Seccomp'] === '2',
    files: limitsIn(look.text('/proc/self/limits') ?? '', 'Max open files'),
    cgroup: cgroupOf(look),
    streams: [0, 1, 2].map((descriptor) => ({ descriptor, target: look.link(`/proc/self/fd/${descriptor}`) ?? '', isTerminal: look.isTerminal(descriptor) })),
    zone: zoneOf(look, environment['TZ']),
    isRootReadOnly: lastMount(mounts, '/')?.options.includes('ro') === true,
    places: places.map((path) => ({ path, isThere: look.isThere(path), isWritable: look.mayWrite(path) })),
    hasNull: look.isThere('/dev/null'),
    hidesProcesses: lastMount(mounts, '/proc')?.options.some((option) => /^hidepid=(?!0|off)/.test(option)) === true,
    overcommit: numberIn(look.text('/proc/sys/vm/overcommit_memory')),
    configuration: configurations.find((path) => look.isThere(path)) ?? null,
    kernel: look.text('/proc/sys/kernel/osrelease')?.trim() ?? 'unknown',
  };
};

const foundIn = (text: string): Found => {
  const lines = text.split('\n').map((line) => line.split(' '));
  const of = (word: string): string[][] => lines.filter(([first]) => first === word);
  const signals = (word: string): number[] => {
    const bits = BigInt(`0x${of(word)[0]?.[1] ?? '0'}`);
    return Array.from({ length: 64 }, (_, index) => index + 1).filter((signal) => ((bits >> BigInt(signal - 1)) & 1n) === 1n);
  };
  return {
    blocked: signals('blocked'),
    ignored: signals('ignored'),
    closed: of('closed').map(([, number]) => Number(number)),
    left: of('left').map(([, number, ...target]) => ({ descriptor: Number(number), target: target.join(' ') })),
  };
};

const userName = (passwd: string, uid: number): string | null =>
  passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find((fields) => fields[2] === String(uid))?.[0] ?? null;

const cgroupOf = (look: Look): Facts['cgroup'] => {
  const root = '/sys/fs/cgroup';
  const isTwo = look.isThere(`${root}/cgroup.controllers`);
  const isOne = !isTwo && look.isThere(`${root}/memory`);
  const number = (two: string, one: string): number | null => {
    const value = numberIn(look.text(`${root}/${isTwo ? two : one}`));
    return value === null || value >= ENDLESS ? null : value;
  };
  const together = numberIn(look.text(`${root}/memory.oom.group`));
  return {
    version: isTwo ? 2 : isOne ? 1 : null,
    isDelegated: isTwo && look.mayWrite(`${root}/cgroup.subtree_control`),
    memory: number('memory.max', 'memory/memory.limit_in_bytes'),
    processes: number('pids.max', 'pids/pids.max'),
    killsTogether: isTwo && together !== null ? together === 1 : null,
  };
};

const zoneOf = (look: Look, variable: string | undefined): Facts['zone'] => {
  if (variable === undefined || variable === '' || variable === 'UTC') return { variable: variable ?? null, isKnown: true };
  const file = variable.replace(/^:/, '');
  // A rule such as CET-1CEST needs no file.
  return { variable, isKnown: parsePosixRule(file) !== null || look.isThere(file.startsWith('/') ? file : `/usr/share/zoneinfo/${file}`) };
};

const lastMount = (mounts: readonly Mount[], path: string): Mount | undefined => mounts.findLast((mount) => mount.path === path);
