/**
 * The two clients, the real supervisorctl and ours, asked the same; what they print is made comparable: numbers of processes, times and
 * places in Python's files are nobody's promise.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { tsinit } from '../../support/container.ts';

export const SUPERVISORCTL = '/usr/bin/supervisorctl';

export type Said = { readonly line: string; readonly code: number; readonly stdout: string; readonly stderr: string };

/** A link named supervisorctl to the file under test. */
export const ourSupervisorctl = (folder: string): string => {
  const path = join(folder, 'ours', 'supervisorctl');
  mkdirSync(join(folder, 'ours'), { recursive: true });
  if (!existsSync(path)) symlinkSync(tsinit, path);
  return path;
};

/** Resolves when somebody listens at the unix socket: tsinit's programs run before it does. */
export const listening = async (path: string): Promise<void> => {
  while (!(await isListening(path))) await new Promise((resolve) => void setTimeout(resolve, LOOK_EVERY_MS));
};

const LOOK_EVERY_MS = 50;

const isListening = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

export type AskOptions = { readonly input?: string; readonly folder: string; readonly env?: Readonly<Record<string, string>> };

/** Runs a client to its end. */
export const ask = (client: readonly string[], words: readonly string[], { input, folder, env }: AskOptions): Promise<Said> =>
  new Promise((resolve, reject) => {
    const [file = '', ...before] = client;
    const child = spawn(file, [...before, ...words], {
      cwd: folder,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/root', LANG: 'C.UTF-8', TZ: 'UTC', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => stdout.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => stderr.push(bytes));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const comparable = (parts: readonly Buffer[]): string => withoutAccidents(Buffer.concat(parts).toString(), folder, file);
      resolve({
        line: words.join(' ').replaceAll(folder, 'DIR'),
        code: signal === null ? (code ?? -1) : 128,
        stdout: comparable(stdout),
        stderr: comparable(stderr),
      });
    });
  });

const withoutAccidents = (text: string, folder: string, client: string): string =>
  text
    .replaceAll(client, 'CTL')
    .replaceAll(folder, 'DIR')
    .replaceAll(/\bpid \d+, uptime (?:\d+ days?, )?\d+:\d\d:\d\d/gu, 'pid N, uptime T')
    .replaceAll(/^[1-9]\d*$/gmu, 'N')
    .replaceAll(/(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d\d \d\d:\d\d [AP]M/gu, 'WHEN')
    .replaceAll(/: file: \S+ line: \d+$/gmu, ': file: F line: N')
    .replaceAll(/^\d+\.\d+\.\d+$/gmu, 'VERSION');
