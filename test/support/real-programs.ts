/**
 * Runs one real program below the built file, in each way that a user may choose: as the command of direct mode, as a program of a configuration, and by
 * `tsinit run`. All three give the program the same time for its stop.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Container, startContainer, temporaryFolder, tsinit } from './container.ts';
import { isInPath } from './fixtures.ts';

export const MODES = ['direct', 'supervise', 'run'] as const;
export type Mode = (typeof MODES)[number];

/** Debian's: its packages of Python modules belong to it. */
export const PYTHON = '/usr/bin/python3';

/** Long enough that half of it is not over when the slowest machine has done the work of a test. */
const STOP_SECONDS = 44;

export type RealOptions = {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Options of the program's section. Their counterpart on the command line of direct mode is `words`. */
  readonly section?: string;
  readonly words?: readonly string[];
};

/** Starts the command, whose words need no quotes but `"`. */
export const startReal = (t: TestContext, mode: Mode, command: readonly string[], options: RealOptions): Promise<Container> => {
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', TSINIT_STOP_WINDOW: `${STOP_SECONDS + 10}`, ...options.env };
  return startContainer(t, wordsOf(mode, command, options), { env, cwd: options.cwd });
};

const wordsOf = (mode: Mode, command: readonly string[], { cwd, section = '', words = [] }: RealOptions): readonly string[] => {
  const line = command.map((word) => (/^[\w./:=,@+-]+$/.test(word) ? word : `"${word}"`)).join(' ');
  if (mode === 'direct') return [tsinit, '--stop-timeout', `${STOP_SECONDS}`, ...words, '--', ...command];
  if (mode === 'run') return [tsinit, 'run', '-t', `${STOP_SECONDS}`, `main=${line}`];
  const file = join(cwd, 'tsinit.conf');
  writeFileSync(file, `[program:main]\ncommand=${line}\nstopwaitsecs=${STOP_SECONDS}\n${section}\n`);
  return [tsinit, '-c', file];
};

/** What a test needs, as the reason to skip it; false when all is there. Words: programs in PATH, files, `python:MODULE`, `root`. */
export const needs = (...wanted: readonly string[]): string | false => {
  const missing = wanted.filter((each) => !isThere(each));
  return missing.length > 0 && `needs ${missing.join(', ')}`;
};

const isThere = (wanted: string): boolean => {
  if (wanted === 'root') return process.getuid?.() === 0;
  if (wanted.startsWith('python:')) return spawnSync(PYTHON, ['-c', `import ${wanted.slice('python:'.length)}`]).status === 0;
  return wanted.startsWith('/') ? existsSync(wanted) : isInPath(wanted);
};

/** Everything that the container wrote, without the prefix of the program. */
export const linesOfAll = (container: Container): readonly string[] =>
  [...container.stdout.lines, ...container.stderr.lines].map((line) => line.replace(/^main +\| /, ''));

export const countOf = (container: Container, pattern: RegExp): number => linesOfAll(container).filter((line) => pattern.test(line)).length;

/** A folder that belongs to that user, gone after the test. */
export const folderFor = (t: TestContext, user: string): string => {
  const path = temporaryFolder(t);
  const [uid, gid] = ['-u', '-g'].map((which) => Number(execFileSync('id', [which, user], { encoding: 'utf8' })));
  chownSync(path, uid ?? 0, gid ?? 0);
  return path;
};

/** A Redis server outside of the container, that ends with the test. Returns its socket. */
export const startRedis = async (t: TestContext): Promise<string> => {
  const folder = temporaryFolder(t);
  const socket = join(folder, 'redis.sock');
  const server = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => void server.once('close', () => resolve()));
  t.after(async () => {
    server.kill('SIGKILL');
    await ended;
  });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    server.stdout.on('data', (data) => {
      said += String(data);
      if (said.includes('ready to accept connections')) resolve();
    });
    server.once('close', () => reject(new Error(`redis-server ended: ${said}`)));
  });
  return socket;
};

export type Conversation = {
  /** The first bytes have come. */
  readonly begun: Promise<void>;
  /** All that came until the other side closed. */
  readonly ended: Promise<string>;
};

/** Sends that to a socket and reads until its end. A connection that is reset has ended, too. */
export const converse = (socketPath: string, request: string | Buffer): Conversation => {
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  const socket = connect(socketPath, () => socket.write(request));
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    begun.resolve();
  });
  socket.on('error', () => undefined);
  socket.once('close', () => {
    begun.resolve();
    ended.resolve(Buffer.concat(chunks).toString('latin1'));
  });
  return { begun: begun.promise, ended: ended.promise };
};

/** A FastCGI request for a script, as a web server sends it to PHP. */
export const fastCgiRequest = (script: string): Buffer => {
  const parameters = Object.entries({ SCRIPT_FILENAME: script, REQUEST_METHOD: 'GET' }).map(([name, value]) =>
    Buffer.concat([Buffer.from([name.length, value.length]), Buffer.from(name + value)]),
  );
  const record = (type: number, content: Buffer): Buffer =>
    Buffer.concat([Buffer.from([1, type, 0, 1, content.length >> 8, content.length & 255, 0, 0]), content]);
  const [begin, params, input] = [1, 4, 5];
  return Buffer.concat([
    record(begin, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0])),
    record(params, Buffer.concat(parameters)),
    record(params, Buffer.alloc(0)),
    record(input, Buffer.alloc(0)),
  ]);
};

/** A client of PostgreSQL that stays connected until the server, or the test, ends it. */
export const openSession = async (t: TestContext, folder: string): Promise<void> => {
  const script = `import psycopg2, time; c = psycopg2.connect(host="${folder}", user="postgres", dbname="postgres"); print("open", flush=True); time.sleep(1000)`;
  const client = spawn(PYTHON, ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => void client.kill('SIGKILL'));
  await new Promise<void>((resolve, reject) => {
    client.stdout.once('data', () => resolve());
    client.once('close', () => reject(new Error('the client of PostgreSQL ended')));
  });
};
