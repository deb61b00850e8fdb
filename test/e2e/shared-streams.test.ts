/** Standard output and error whose descriptions tsinit shares with others: a shell that starts it, and other commands of that shell. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { openSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { supervisorPid, temporaryFolder, tsinit, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { forRoot } from '../support/root.ts';
import { configFile, steady } from '../support/supervise.ts';
import { startInTerminal } from '../support/terminal.ts';

const limit = { timeout: 50_000 };
const O_NONBLOCK = 0o4000;
const tell = fixture('tell_signals');

/** Everything that has been written there. */
type Shown = () => string;

/** A shell that shares its streams with the command, which it runs twice. It stays until the test ends. */
const SHELL = 'echo "shell $$"; for run in 1 2; do "$@"; echo "over $run"; done; read line';
const words = (command: readonly string[]): readonly string[] => ['-c', SHELL, 'sh', ...command];

const collect = (t: TestContext, args: readonly string[], streams: 'pipe' | number): Shown => {
  const shell = spawn('/bin/sh', args, { stdio: ['pipe', streams, streams], detached: true });
  t.after(() => process.kill(-(shell.pid ?? 0), 'SIGKILL')); // the shell and all that it waits for
  let text = '';
  for (const stream of [shell.stdout, shell.stderr]) stream?.on('data', (chunk: Buffer) => void (text += chunk.toString('latin1')));
  return () => text;
};

const kinds: Readonly<Record<string, (t: TestContext, command: readonly string[]) => Shown>> = {
  file: (t, command) => {
    const path = join(temporaryFolder(t), 'log');
    collect(t, words(command), openSync(path, 'w'));
    return () => readFileSync(path, 'latin1');
  },
  pipe: (t, command) => collect(t, ['-c', '/bin/sh "$@" 2>&1 | cat', 'sh', ...words(command)], 'pipe'),
  socket: (t, command) => collect(t, words(command), 'pipe'),
  terminal: (t, command) => {
    const { shown } = startInTerminal(t, ['/bin/sh', ...words(command)]);
    return () => shown.text();
  },
};

const matched = async (shown: Shown, pattern: RegExp): Promise<string> => {
  await until(() => pattern.test(shown()), String(pattern));
  return pattern.exec(shown())?.[1] ?? '';
};

const assertUnchanged = (shell: number, when: string): void => {
  for (const fd of [1, 2]) {
    const flags = /^flags:\s*(\d+)$/mu.exec(readFileSync(`/proc/${shell}/fdinfo/${fd}`, 'latin1'))?.[1];
    assert.equal(Number.parseInt(flags ?? '', 8) & O_NONBLOCK, 0, `descriptor ${fd} of the shell ${when}`);
  }
};

/** PID 1 among the descendants of a process. */
const findInit = (pid: number): number | null => {
  for (const child of readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number)) {
    if (readlinkSync(`/proc/${child}/exe`) === tsinit) return child;
    const found = findInit(child);
    if (found !== null) return found;
  }
  return null;
};

const followRun = async (shown: Shown, shell: number, run: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
  const since = run === 1 ? '' : `over ${run - 1}[^]*`; // a line may be repeated when a supervisor is killed
  await matched(shown, new RegExp(`${since}main ready`, 'u'));
  const init = findInit(shell);
  assert.ok(init !== null);
  assertUnchanged(shell, 'while programs run');
  await until(() => supervisorPid(init) !== null);
  process.kill(supervisorPid(init) ?? 0, 'SIGKILL');
  await matched(shown, new RegExp(`${since}ended by SIGKILL; starting it again`, 'u'));
  assertUnchanged(shell, 'after the end of a supervisor');
  await until(() => supervisorPid(init) !== null);
  process.kill(init, signal);
  await matched(shown, new RegExp(`over ${run}`, 'u'));
  assertUnchanged(shell, `after ${signal}`);
};

const users = [
  { user: 'its owner', launcher: [], needs: {} },
  { user: 'a user who may not open it again', launcher: ['--uid', '65534'], needs: forRoot },
] as const;

for (const [kind, start] of Object.entries(kinds)) {
  for (const { user, launcher, needs } of users) {
    test(`O_NONBLOCK is never set on a ${kind} that others share, by ${user}`, { ...limit, ...needs }, async (t) => {
      const shown = start(t, [fixture('pid1'), ...launcher, '--', tsinit, '-c', configFile(t, steady('a', `${tell} --exit 15=0`))]);
      const shell = Number(await matched(shown, /^shell (\d+)\r?$/mu));
      await followRun(shown, shell, 1, 'SIGTERM');
      await followRun(shown, shell, 2, 'SIGKILL');
    });
  }
}
