/**
 * A running PID 1 to be looked at from outside: its processes, their memory, CPU time and context switches. The programs
 * it runs (the fixtures) are told from the tool itself and not counted.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, openSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import { fixture } from '../../test/support/fixtures.ts';
import { makeFifo } from './peers.ts';

export type Bench = {
  /** PID 1 as seen from here. */
  readonly pid: number;
  /** Folders of the tool's own processes in our /proc: tsinit's init is woken by looks at its files in the container's. */
  readonly own: () => readonly string[];
  readonly zombies: () => number;
  /** PID 1 and all else is gone. */
  readonly ended: Promise<void>;
  readonly end: () => Promise<void>;
};

/** Starts `command` as PID 1. `stdout` is a descriptor of ours, or nothing. */
export const start = async (command: readonly string[], stdout: number | 'ignore' = 'ignore'): Promise<Bench> => {
  const launcher = spawn(fixture('pid1'), ['--report', '3', '--', ...command], { stdio: ['ignore', stdout, 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => void launcher.once('exit', () => resolve()));
  const pid = Number(await firstLine(launcher));
  const namespace = linkOr(`/proc/${pid}/ns/pid`);
  const all = (): readonly string[] =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => `/proc/${name}`)
      .filter((path) => namespace !== '' && linkOr(`${path}/ns/pid`) === namespace);
  return {
    pid,
    own: () => all().filter((path) => isOwn(path)),
    zombies: () => all().filter((path) => /\) Z /.test(readOr(`${path}/stat`))).length,
    ended,
    end: () => {
      launcher.kill('SIGKILL');
      return ended;
    },
  };
};

const firstLine = (launcher: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    const stream = launcher.stdio[3];
    if (!(stream instanceof Socket)) return reject(new Error('the launcher has no report pipe'));
    stream.once('data', (data: Buffer) => resolve(data.toString()));
    stream.once('close', () => reject(new Error('the launcher could not start it')));
  });

const readOr = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};

const linkOr = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // gone
  }
};

const isOwn = (path: string): boolean => {
  try {
    return !readlinkSync(`${path}/exe`).includes('/.cache/fixtures/');
  } catch {
    return false; // a zombie, or gone
  }
};

export type Memory = { readonly dirty: number; readonly uss: number; readonly rss: number; readonly memfd: number };

/** Memory of the tool's processes in bytes. USS is private dirty and private clean. `memfd` counts memory files whole,
 *  mapped or not: what is mapped of them is in the other numbers as well. */
export const memoryOf = (bench: Pick<Bench, 'own'>): Memory => {
  const sum = { dirty: 0, uss: 0, rss: 0 };
  const memfds = new Map<number, number>();
  for (const path of bench.own()) {
    const text = readOr(`${path}/smaps_rollup`);
    const field = (name: string): number => Number(text.match(new RegExp(`^${name}: +(\\d+) kB`, 'm'))?.[1] ?? 0) * 1024;
    sum.dirty += field('Private_Dirty');
    sum.uss += field('Private_Dirty') + field('Private_Clean');
    sum.rss += field('Rss');
    for (const fd of readdirSync(`${path}/fd`)) {
      try {
        if (!readlinkSync(`${path}/fd/${fd}`).startsWith('/memfd:')) continue;
        const { ino, blocks } = statSync(`${path}/fd/${fd}`);
        memfds.set(ino, blocks * 512);
      } catch {
        // Closed meanwhile.
      }
    }
  }
  return { ...sum, memfd: [...memfds.values()].reduce((a, b) => a + b, 0) };
};

/** CPU time of all threads of the tool's processes so far, in nanoseconds. */
export const cpuOf = (bench: Bench): number => sumThreads(bench, (thread) => Number(readOr(`${thread}/schedstat`).split(' ')[0] ?? 0));

/** How often any of its threads was put on or off a CPU so far. */
export const switchesOf = (bench: Bench): number =>
  sumThreads(bench, (thread) => [...readOr(`${thread}/status`).matchAll(/ctxt_switches:\s+(\d+)/g)].reduce((sum, match) => sum + Number(match[1]), 0));

const sumThreads = (bench: Bench, value: (thread: string) => number): number => {
  let sum = 0;
  for (const path of bench.own()) for (const thread of readdirSync(`${path}/task`)) sum += value(`${path}/task/${thread}`);
  return sum;
};

/** Notes that programs write (see test/fixtures/marker.c). */
export type Notes = { readonly path: string; readonly next: (name: string, count?: number) => Promise<readonly number[]>; readonly close: () => void };

/** A FIFO with a reader: `next` waits for the coming `count` notes of that name and gives their moments. */
export const openNotes = (): Notes => {
  const path = makeFifo();
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const socket = new Socket({ fd, readable: true, writable: false });
  let seen: { readonly name: string; readonly moment: number }[] = [];
  let partial = '';
  let wake: () => void = () => undefined;
  socket.on('data', (data: Buffer) => {
    const lines = (partial + data.toString()).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) seen.push({ name: line.split(' ')[0] ?? '', moment: Number(line.split(' ')[1]) });
    wake();
  });
  return {
    path,
    next: async (name, count = 1) => {
      for (;;) {
        const found = seen.filter((note) => note.name === name);
        if (found.length >= count) {
          const taken = new Set(found.slice(0, count));
          seen = seen.filter((note) => !taken.has(note));
          return [...taken].map((note) => note.moment);
        }
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    close: () => void socket.destroy(),
  };
};

export const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** Both ends of a pipe, for a container's output and its reader. */
export const makePipe = (): { readonly read: number; readonly write: number } => {
  const path = makeFifo();
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const write = openSync(path, constants.O_WRONLY);
  const blocking = openSync(path, constants.O_RDONLY);
  closeSync(read);
  return { read: blocking, write };
};

/** Runs a fixture to its end and gives what it printed. */
export const runFixture = (name: string, args: readonly string[]): string =>
  execFileSync(fixture(name), args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 });
