/**
 * The folder of one run of the tests: every temporary file of the run lies in it, and copies of what other users must reach. Every process of the run
 * carries a mark, so that runs beside each other can be told apart, and what is left of an interrupted one can be ended by the next.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export type RunFolder = { readonly path: string; readonly mark: number };

const PREFIX = 'tsinit-run-';
const OWNER = 'owner';
/** What the run itself keeps there. */
export const KEPT: readonly string[] = [OWNER, 'files'];
/** Below the kernel's default of 819,200 bytes: anyone may lower that limit, and nobody does. */
const MARKS_FROM = 200_000;
const MARKS = 600_000;
/** Each takes some milliseconds. What stands in the kernel is not waited for. */
const KILL_ROUNDS = 50;

/** Makes it, and marks this process: its children inherit the mark. */
export const makeRunFolder = (): RunFolder => {
  // What tests write is for the users that they become, whatever the caller's habits.
  process.umask(0o022);
  const path = mkdtempSync(join(temporaryFolderForAll(), PREFIX));
  chmodSync(path, 0o755);
  const mark = MARKS_FROM + (process.pid % MARKS);
  // The limit of POSIX message queues passes through every exec and every environment. Without prlimit only what names the folder is found.
  spawnSync('prlimit', ['--pid', `${process.pid}`, `--msgqueue=${mark}:`], { stdio: 'ignore' });
  writeFileSync(join(path, OWNER), `${process.pid} ${startOf(process.pid)} ${mark}`);
  process.env['TMPDIR'] = path;
  process.env['TSINIT_TEST_RUN'] = path;
  return { path, mark };
};

/** What was made for the run goes; called more than once without harm. */
export const removeRunFolder = (run: RunFolder): void => {
  endProcesses(run);
  if (leaveAbandonedFreezers() > 0) endProcesses(run); // what is frozen ends when it is thawed
  leaveAbandonedFreezers();
  for (const mount of mountsBelow(run.path)) spawnSync('umount', ['--lazy', mount], { stdio: 'ignore' });
  if (mountsBelow(run.path).length === 0) rmSync(run.path, { recursive: true, force: true, maxRetries: 5 });
};

/** Control groups of test/support/freezer.ts whose test was killed: thawed, and removed once they are empty. How many there are. */
const leaveAbandonedFreezers = (): number => {
  const hierarchies = read('/proc/self/mounts')
    .split('\n')
    .filter((line) => / cgroup \S*\bfreezer\b/.test(line));
  const groups = hierarchies.flatMap((line) => {
    const folder = line.split(' ')[1] ?? '';
    const isAbandoned = (name: string): boolean => /^tsinit-test-\d+-/.test(name) && read(`/proc/${name.split('-')[2]}/stat`) === '';
    return readdirSync(folder)
      .filter(isAbandoned)
      .map((name) => join(folder, name));
  });
  for (const group of groups) {
    writeFileSync(join(group, 'freezer.state'), 'THAWED');
    if (read(join(group, 'cgroup.procs')) === '') rmdirSync(group);
  }
  return groups.length;
};

/** What is killed may have made others a moment before. */
const endProcesses = (run: RunFolder): void => {
  for (let round = 0; round < KILL_ROUNDS; round += 1) {
    const left = processesOf(run);
    if (left.length === 0) return;
    for (const pid of left) kill(pid);
  }
};

/** Ends and removes what is left of runs whose own process was killed. */
export const removeInterrupted = (): void => {
  const base = temporaryFolderForAll();
  for (const name of readdirSync(base).filter((each) => each.startsWith(PREFIX))) {
    const path = join(base, name);
    try {
      if (statSync(path).uid !== process.getuid?.()) continue;
      const [pid = '', start, mark] = readFileSync(join(path, OWNER), 'latin1').split(' ');
      if (startOf(Number(pid)) === start) continue;
      console.log(`removing what an interrupted run left: ${path}`);
      removeRunFolder({ path, mark: Number(mark) });
    } catch {
      // Being made, or being removed, by a run beside us.
    }
  }
};

/** Running processes of the run but this one, whoever their parents are by now. */
export const processesOf = ({ path, mark }: RunFolder): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => /^State:\s+[^ZX]/m.test(read(`/proc/${pid}/status`)))
    .filter((pid) => isMarked(pid, mark) || namesOf(pid).includes(`${path}/`))
    .map(Number);

const namesOf = (pid: string): string => `${read(`/proc/${pid}/cmdline`)}\0${read(`/proc/${pid}/environ`)}\0${linkTo(`/proc/${pid}/exe`)}`;

const isMarked = (pid: string, mark: number): boolean => new RegExp(`^Max msgqueue size\\s+${mark}\\s`, 'm').test(read(`/proc/${pid}/limits`));

/** Where something is mounted, the innermost last; as often as something is mounted there. */
export const mountPoints = (): readonly string[] =>
  read('/proc/self/mounts')
    .trim()
    .split('\n')
    .map((line) => (line.split(' ')[1] ?? '').replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))));

const mountsBelow = (path: string): readonly string[] =>
  mountPoints()
    .filter((mount) => mount.startsWith(`${path}/`))
    .toReversed();

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone, or not ours to end.
  }
};

/** When it was started, in ticks since the machine's boot: with the pid, a process's name for ever. */
const startOf = (pid: number): string => {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
};

const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};

const linkTo = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
};

/** The usual folder, unless other users cannot enter it or nothing in it may be executed. */
const temporaryFolderForAll = (): string => [tmpdir(), '/tmp', '/var/tmp'].find((folder) => isForAll(folder) && canExecute(folder)) ?? tmpdir();

const isForAll = (folder: string): boolean => {
  try {
    return (statSync(folder).mode & 0o1) !== 0 && (folder === '/' || isForAll(dirname(folder)));
  } catch {
    return false;
  }
};

const canExecute = (folder: string): boolean => {
  try {
    const tried = mkdtempSync(join(folder, 'tsinit-try-'));
    writeFileSync(join(tried, 'program'), '#!/bin/sh\n', { mode: 0o700 });
    const isExecuted = spawnSync(join(tried, 'program')).status === 0;
    rmSync(tried, { recursive: true });
    return isExecuted;
  } catch {
    return false;
  }
};
