/**
 * Runs compilers and the like: output is shown only when they fail, and then with the command line.
 */
import { spawnSync } from 'node:child_process';

/** Ends a script with the sentence of what stopped it; where in our scripts that was helps nobody. */
export const explainFailure = (error: unknown): void => {
  console.error(`tsinit: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
};

/** Runs it and returns its standard output; throws with all it said when it fails. */
export const run = (command: string, args: readonly string[], options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {}): string => {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, ...options });
  if (done.error !== undefined) throw new Error(`cannot run ${command}: ${done.error.message}`);
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}\n${done.stdout}${done.stderr}`);
  return done.stdout;
};

/** Whether there is such a command that answers to --version. */
export const hasTool = (command: string): boolean => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

/** What it says of itself: part of what a cached result depends on. */
export const versionOf = (command: string): string => run(command, ['--version']);
