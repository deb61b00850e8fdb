/** A file on a file system that does not answer, as far as who opens it can tell: test/fixtures/lease.c holds it. */
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder, until } from './container.ts';
import { fixture, isInPath } from './fixtures.ts';
import { watchLines } from './line-watch.ts';

export type HungFile = {
  readonly path: string;
  /** Somebody waits for it. */
  readonly asked: (count?: number) => Promise<unknown>;
  /** The file system answers again. */
  readonly answer: () => void;
};

/** An executable copy of `program` that cannot be opened for now; the kernel gives it back after 45 seconds. */
export const hungFile = async (t: TestContext, program: string): Promise<HungFile> => {
  const path = join(temporaryFolder(t), 'hung');
  copyFileSync(program, path);
  chmodSync(path, 0o755);
  const holder = spawn(fixture('lease'), [path], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => void holder.kill('SIGKILL'));
  const said = watchLines('the holder of the lease');
  holder.stdout.on('data', said.push);
  holder.stdout.once('close', said.end);
  await said.line(/^leased$/);
  return { path, asked: (count) => said.line(/^asked$/, count), answer: () => void holder.kill('SIGKILL') };
};

export const needsTracer = { skip: isInPath('strace') ? false : 'strace is not installed; it plays a disk that hangs' } as const;

/** Every such call of the process, or of one that it forks from now on, takes longer than any test; those about `path` alone, if there is one. Resolves
 *  when that is so. What comes back ends it: do that before the process is to end, as the tracer would hold what has ended. */
export const hangCalls = async (t: TestContext, pid: number, call: string, path: string | null = null): Promise<() => void> => {
  const about = path === null ? [] : ['-P', path];
  const options = ['-f', '-qq', '-o', '/dev/null', ...about, '-e', `trace=${call}`, '-e', `inject=${call}:delay_enter=100000000`, '-p', String(pid)];
  const tracer = spawn('strace', options, { stdio: 'ignore' });
  const answer = (): void => void tracer.kill('SIGKILL');
  t.after(answer);
  await until(() => /^TracerPid:\t[1-9]/mu.test(readFileSync(`/proc/${pid}/status`, 'latin1')), 'the tracer');
  return answer;
};
