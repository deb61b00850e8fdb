/** A job in a terminal below a shell with job control: test/fixtures/pty_shell.c and what it says, as lines. */
import { spawn } from 'node:child_process';
import type { TestContext } from 'node:test';
import { tsinit, until } from './container.ts';
import { fixture } from './fixtures.ts';
import { type LineWatch, watchLines } from './line-watch.ts';

export type Terminal = {
  /** What the terminal shows and what the shell says of its job. */
  readonly shown: LineWatch;
  /** One order for pty_shell.c: `type TEXT`, `size ROWS COLUMNS`, `fg`, `bg`. */
  readonly order: (line: string) => void;
  /** Waits for a text that no end of a line need follow. */
  readonly prompt: (text: string) => Promise<void>;
  readonly ended: Promise<void>;
};

/** In front of its words: tsinit as PID 1, leader of the terminal's session. Needs root. */
export const asPid1 = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child', 'setsid', '--ctty', tsinit];

export const startInTerminal = (t: TestContext, command: readonly string[], options: readonly string[] = []): Terminal => {
  const shell = spawn(fixture('pty_shell'), [...options, '--', ...command], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => void shell.kill('SIGKILL'));
  const shown = watchLines('terminal');
  let raw = '';
  shell.stdout.on('data', (data: Buffer) => {
    raw += data.toString('latin1');
    shown.push(data);
  });
  const ended = new Promise<void>((resolve) => {
    shell.once('close', () => {
      shown.end();
      resolve();
    });
  });
  return { shown, order: (line) => void shell.stdin.write(`${line}\n`), prompt: (text) => until(() => raw.includes(text), `'${text}' on the terminal`), ended };
};
