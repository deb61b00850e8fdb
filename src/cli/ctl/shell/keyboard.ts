/**
 * Lines typed by a person, or read from a pipe: editing, history, completion. Lines that come before they are asked for are kept. The
 * terminal is put back however the process ends.
 */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { onExit } from 'signal-exit';

export type Keyboard = {
  /** Null: there is no more, or Ctrl-C. */
  readonly ask: (prompt: string, isSecret: boolean) => Promise<string | null>;
  /** A line that the arrow keys bring back. Null: there is no more; `interrupted`: Ctrl-C. */
  readonly command: (prompt: string) => Promise<string | null | { readonly interrupted: true }>;
  /** Ctrl-C while nothing is asked. Returns the way to listen no more. */
  readonly onInterrupt: (listener: () => void) => () => void;
  readonly close: () => void;
};

export type KeyboardSettings = {
  /** Newest first. */
  readonly history: readonly string[] | null;
  readonly complete: ((line: string) => Promise<readonly [matches: string[], part: string]>) | null;
};

type Typed = string | null | { readonly interrupted: true };

export const openKeyboard = ({ history, complete }: KeyboardSettings): Keyboard => {
  let isMuted = false;
  let keepsHistory = false;
  let asked: ((typed: Typed) => void) | null = null;
  let isOver = false;
  const waiting: string[] = [];
  const listeners = new Set<() => void>();
  const reader = createInterface({
    input: process.stdin,
    output: process.stdin.isTTY ? screen(() => isMuted) : undefined,
    terminal: process.stdin.isTTY,
    history: [...(history ?? [])],
    historySize: 1000,
    removeHistoryDuplicates: true,
    ...(complete === null ? {} : { completer: (line: string, done: Completed) => void tellMatches(complete(line), done) }),
  });
  const leaveTerminal = onExit(() => reader.close());

  const answer = (typed: Typed): void => {
    const take = asked;
    asked = null;
    take?.(typed);
  };
  reader.on('line', (line) => {
    if (asked === null) waiting.push(line);
    else answer(line);
  });
  reader.on('close', () => {
    isOver = true;
    answer(null);
  });
  const interrupt = (): void => {
    if (asked === null) for (const listener of listeners) listener();
    else answer({ interrupted: true });
  };
  reader.on('SIGINT', interrupt);
  if (!process.stdin.isTTY) process.on('SIGINT', interrupt);
  reader.on('history', (lines: string[]) => {
    if (!keepsHistory) lines.shift();
  });

  const next = (prompt: string): Promise<Typed> => {
    if (process.stdin.isTTY) {
      reader.setPrompt(prompt);
      if (!isOver) reader.prompt();
    } else process.stdout.write(prompt);
    const line = waiting.shift();
    if (line !== undefined || isOver) return Promise.resolve(line ?? null);
    return new Promise((resolve) => {
      asked = resolve;
    });
  };
  return {
    ask: async (prompt, isSecret) => {
      keepsHistory = false;
      const typing = next(prompt);
      isMuted = isSecret;
      const typed = await typing;
      isMuted = false;
      return typeof typed === 'string' ? typed : null;
    },
    command: (prompt) => {
      keepsHistory = true;
      return next(prompt);
    },
    onInterrupt: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => {
      leaveTerminal();
      process.removeListener('SIGINT', interrupt);
      reader.close();
      process.stdin.destroy();
    },
  };
};

type Completed = (error: null, result: [string[], string]) => void;

const tellMatches = async (completion: Promise<readonly [matches: string[], part: string]>, done: Completed): Promise<void> => {
  const [matches, part] = await completion;
  done(null, [matches, part]);
};

/** The terminal, silent while a secret is typed. */
const screen = (isMuted: () => boolean): NodeJS.WritableStream => {
  const stream = new Writable({
    write: (bytes: Buffer, _encoding, done) => {
      if (!isMuted()) process.stdout.write(bytes);
      done();
    },
  });
  Object.defineProperty(stream, 'columns', { get: () => process.stdout.columns });
  process.stdout.on('resize', () => stream.emit('resize'));
  return stream;
};
