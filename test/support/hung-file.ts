/** A file on a file system that does not answer, as far as who opens it can tell: test/fixtures/lease.c holds it. */
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from './container.ts';
import { fixture } from './fixtures.ts';
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
