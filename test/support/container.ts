/**
 * Runs a program as PID 1 of a fresh PID namespace, its standard streams being real pipes as under a container engine
 * (Node's own would be sockets). Ends it with the test. What the test may look at: lines, processes, the exit code.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, closeSync, constants, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants as os, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fixture, projectRoot } from './fixtures.ts';
import { type LineWatch, WAIT_LIMIT_MS, watchLines } from './line-watch.ts';
import { reachable } from './reachable.ts';

/** The file under test, where every user can run it. */
export const tsinit = reachable(process.env['TSINIT_BIN'] ?? join(projectRoot, 'dist', 'tsinit'));

export type ContainerOptions = {
  /** Whole environment of PID 1; the test's PATH when left out. */
  readonly env?: Readonly<Record<string, string>>;
  /** Options of test/fixtures/pid1.c. */
  readonly launcher?: readonly string[];
  readonly cwd?: string;
  /** false: nobody reads the standard output until `readOutput()`. */
  readonly isRead?: boolean;
  /** false: nobody reads the standard error until `readErrors()`. */
  readonly isErrorRead?: boolean;
};

export type Container = {
  readonly stdout: LineWatch;
  readonly stderr: LineWatch;
  /** Pid of PID 1 as seen from here. */
  readonly pid: number;
  readonly signal: (signal: NodeJS.Signals | number) => void;
  /** Exit code, 128+n after a signal. Both streams are then complete, when they are read. */
  readonly ended: Promise<number>;
  readonly readOutput: () => void;
  readonly readErrors: () => void;
  /** Processes of the container but PID 1, as its own /proc shows them. */
  readonly processes: () => readonly ProcessView[];
};

export type ProcessView = { readonly pid: number; readonly parent: number; readonly state: string; readonly command: string };

export const startContainer = async (t: TestContext, command: readonly string[], options: ContainerOptions = {}): Promise<Container> => {
  if (!existsSync(tsinit)) throw new Error(`there is no ${tsinit}: npm run build makes it`);
  const folder = temporaryFolder(t);
  const [stdout, stderr, report] = [pipeIn(folder, 'stdout'), pipeIn(folder, 'stderr'), pipeIn(folder, 'report')];
  let pid: number | null = null;
  const launcher = spawn(fixture('pid1'), ['--report', '3', ...(options.launcher ?? []), '--', ...command], {
    stdio: ['ignore', stdout.write, stderr.write, report.write],
    env: { ...(options.env ?? { PATH: process.env['PATH'] ?? '/bin:/usr/bin' }) },
    cwd: options.cwd ?? folder,
  });
  t.after(() => {
    // Who becomes another user loses the signal that PID 1 gets at its launcher's death (prctl(2), PR_SET_PDEATHSIG).
    if (pid !== null && launcher.exitCode === null && launcher.signalCode === null) process.kill(pid, 'SIGKILL');
    launcher.kill('SIGKILL');
  });
  for (const pipe of [stdout, stderr, report]) closeSync(pipe.write);

  const out = watchLines('stdout');
  const err = watchLines('stderr');
  const told = watchLines('launcher');
  const outEnded = Promise.withResolvers<void>();
  const readOutput = once(() => follow(stdout.read, out).then(outEnded.resolve));
  if (options.isRead !== false) readOutput();
  const errEnded = Promise.withResolvers<void>();
  const readErrors = once(() => follow(stderr.read, err).then(errEnded.resolve));
  if (options.isErrorRead !== false) readErrors();
  void follow(report.read, told);
  const exited = new Promise<number>((resolve) => launcher.once('exit', (code) => resolve(code ?? -1)));
  tellOfTimeout(
    t,
    () => `\`${command.join(' ')}\` ${launcher.exitCode === null ? 'still runs' : `ended with ${launcher.exitCode}`}; it wrote:\n${out.text()}\n${err.text()}`,
  );
  const ours = Number((await told.line(/^\d+$/))[0]);
  pid = ours;
  return {
    stdout: out,
    stderr: err,
    pid: ours,
    signal: (signal) => void process.kill(ours, typeof signal === 'number' ? signal : os.signals[signal]),
    ended: exited.then(async (code) => {
      readOutput();
      readErrors();
      await Promise.all([outEnded.promise, errEnded.promise]);
      return code;
    }),
    readOutput,
    readErrors,
    processes: () => processesOf(ours),
  };
};

/** A folder that is gone after the test. */
export const temporaryFolder = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'tsinit-test-'));
  chmodSync(folder, 0o755); // a container's user may be another one
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
};

/** A pipe with a name, for programs that wait (`read x < PIPE`) until a test writes into it. */
export const namedPipe = (t: TestContext): string => {
  const path = join(temporaryFolder(t), 'go');
  execFileSync('mkfifo', ['-m', '666', path]);
  return path;
};

const once = (action: () => unknown): (() => void) => {
  let isDone = false;
  return () => {
    if (!isDone) action();
    isDone = true;
  };
};

/** A real pipe, which Node itself cannot make: both ends of a named one. */
const pipeIn = (folder: string, name: string): { readonly read: number; readonly write: number } => {
  const path = join(folder, `.pipe-${name}`);
  execFileSync('mkfifo', ['-m', '600', path]);
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const write = openSync(path, constants.O_WRONLY);
  rmSync(path);
  return { read, write };
};

const follow = (fd: number, watch: LineWatch): Promise<void> =>
  new Promise((resolve) => {
    const socket = new Socket({ fd, readable: true, writable: false });
    socket.on('data', watch.push);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      watch.end();
      resolve();
    });
  });

/** Children of PID 1 as the kernel lists them, zombies included; pids as seen from here. */
export const childrenOf = (container: Container): readonly number[] =>
  readFileSync(`/proc/${container.pid}/task/${container.pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);

const processesOf = (init: number): readonly ProcessView[] => {
  const proc = `/proc/${init}/root/proc`;
  const found: ProcessView[] = [];
  for (const name of readdirSync(proc)) {
    if (!/^\d+$/.test(name) || name === '1') continue;
    try {
      const stat = readFileSync(`${proc}/${name}/stat`, 'latin1');
      const [state = '?', parent = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const command = readFileSync(`${proc}/${name}/cmdline`, 'latin1').split('\0').join(' ').trim();
      found.push({ pid: Number(name), parent: Number(parent), state, command });
    } catch {
      // It ended between the listing and the look.
    }
  }
  return found;
};

/** The supervisor: the child of init that runs from init's own file with the threads of Node. Pid as seen from here, null between two of them. */
export const supervisorPid = (init: number): number | null => {
  const file = readlinkSync(`/proc/${init}/exe`);
  for (const child of readFileSync(`/proc/${init}/task/${init}/children`, 'latin1').trim().split(' ')) {
    try {
      if (child === '' || readlinkSync(`/proc/${child}/exe`) !== file) continue;
      if (!/^Threads:\s+1$/m.test(readFileSync(`/proc/${child}/status`, 'latin1'))) return Number(child); // with one it writes a message for init
    } catch {
      // A zombie or gone.
    }
  }
  return null;
};

/** Says how things stood when the test's time was over: node:test names no more than the time. */
const tellOfTimeout = (t: TestContext, describe: () => string): void => {
  let isOver = false;
  t.after(() => void (isOver = true));
  t.signal.addEventListener('abort', () => {
    if (!isOver) console.error(`${t.name}: not over in time: ${describe()}`);
  });
};

/** Waits until something that has no event of its own is so. What was waited for is told by the condition's text. */
export const until = async (isSo: () => boolean, what = `\`${isSo.toString().replaceAll(/\s+/g, ' ')}\``): Promise<void> => {
  for (const end = performance.now() + WAIT_LIMIT_MS; !isSo(); ) {
    if (performance.now() > end) throw new Error(`waited ${WAIT_LIMIT_MS / 1000} s for ${what}`);
    await new Promise((resolve) => void setTimeout(resolve, 2));
  }
};

/** Kills the supervisor and waits until there is another one. */
export const killSupervisor = async (container: Container): Promise<void> => {
  await until(() => supervisorPid(container.pid) !== null);
  const victim = supervisorPid(container.pid);
  if (victim === null) throw new Error('the supervisor went away by itself');
  process.kill(victim, 'SIGKILL');
  await until(() => ![null, victim].includes(supervisorPid(container.pid)));
};
