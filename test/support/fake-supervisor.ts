/**
 * init under a supervisor that does what the test says (test/fixtures/fake_supervisor.c): frames out by command, frames in
 * as lines. Lines of all incarnations, and of programs that share init's standard output, come in one stream.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Container, type ContainerOptions, startContainer, temporaryFolder, tsinit } from './container.ts';
import { fixture } from './fixtures.ts';
import { nowhere } from './nowhere.ts';

export type Conversation = {
  readonly container: Container;
  /** One command; see the fixture's first lines. */
  readonly tell: (command: string) => void;
  /** The count-th line that matches, counted from the start. */
  readonly line: Container['stdout']['line'];
  /** Pid, as seen from here, of init's first child: the supervisor while nothing else was started before it. */
  readonly supervisor: () => number;
  /** Asks init to exit and returns the code it exits with. */
  readonly end: (code?: number) => Promise<number>;
};

/** Starts init and waits until its supervisor has been told what runs. */
export const converse = async (
  t: TestContext,
  options: ContainerOptions & { /** Instead of the file under test. */ readonly file?: string } = {},
): Promise<Conversation> => conversation(t, commandFile(t), options);

/**
 * The same for a supervisor that sends what it should not: where it can reach nothing, with `cat` and `true` as the only programs. null, and the
 * test is skipped, where that cannot be had.
 */
export const converseNowhere = async (t: TestContext, options: ContainerOptions = {}): Promise<Conversation | null> => {
  const fifo = commandFile(t);
  const launcher = nowhere(t, [tsinit, fixture('fake_supervisor'), fifo, '/usr/bin/cat', '/usr/bin/true']);
  return launcher === null ? null : conversation(t, fifo, { ...options, launcher, env: { PATH: '/usr/bin', ...options.env } });
};

const commandFile = (t: TestContext): string => {
  const fifo = join(temporaryFolder(t), 'commands');
  execFileSync('mkfifo', ['-m', '666', fifo]);
  return fifo;
};

const conversation = async (
  t: TestContext,
  fifo: string,
  { file = tsinit, ...options }: ContainerOptions & { readonly file?: string },
): Promise<Conversation> => {
  const write = openSync(fifo, constants.O_RDWR);
  t.after(() => closeSync(write));
  const container = await startContainer(t, [file, '--supervisor', `${fixture('fake_supervisor')} ${fifo}`], options);
  const { line } = container.stdout;
  const tell = (command: string): void => void writeSync(write, `${command}\n`);
  await line(/^SYNCED$/);
  return {
    container,
    line,
    tell,
    supervisor: () => Number(readFileSync(`/proc/${container.pid}/task/${container.pid}/children`, 'latin1').split(' ')[0]),
    end: (code = 0) => {
      tell(`exit ${code}`);
      return container.ended;
    },
  };
};
