/**
 * Runs the built file to its end and returns what it wrote and its exit code: as PID 1 of a fresh PID namespace, or as an
 * ordinary process. For tests that need no conversation with it; those use container.ts.
 */
import { spawnSync } from 'node:child_process';
import { tsinit } from './container.ts';
import { fixture } from './fixtures.ts';

export type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

export type RunOptions = {
  /** Whole environment; PATH alone when left out. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Options of test/fixtures/pid1.c. */
  readonly launcher?: readonly string[];
  /** The executable; the file under test when left out. */
  readonly file?: string;
  /** A program that starts the launcher, with its arguments, such as `sh -c '... "$@"' sh`. */
  readonly before?: readonly string[];
};

/** A search path short enough to be shown whole in a message. */
export const searchPath = '/usr/local/bin:/usr/bin:/bin';

export const runAsPid1 = (args: readonly string[], options: RunOptions = {}): Outcome => {
  const words = [...(options.before ?? []), fixture('pid1'), ...(options.launcher ?? []), '--', options.file ?? tsinit, ...args];
  const [file = '', ...rest] = words;
  const ended = spawnSync(file, rest, { env: { ...(options.env ?? { PATH: searchPath }) }, cwd: options.cwd, encoding: 'utf8' });
  if (ended.error) throw ended.error;
  return { code: ended.status ?? -1, stdout: ended.stdout, stderr: ended.stderr };
};

/** The same without a PID namespace: tsinit as a subreaper below others. */
export const runAsSubreaper = (args: readonly string[], options: RunOptions = {}): Outcome =>
  runAsPid1(args, { ...options, launcher: ['--no-namespace', ...(options.launcher ?? [])] });
