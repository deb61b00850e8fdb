/**
 * Loaded before every test file (build/test.ts): no call that waits for another program waits for ever. While such a call waits nothing else can
 * happen in its process, a test's own limit included. A call that names a `timeout` of its own keeps that.
 */
import childProcess, { type SpawnSyncReturns } from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { after } from 'node:test';

/** What a test left behind, a loop whose time was over, would keep its file from ending. Node's own way to force the end loses results. */
const LEFT_BEHIND_MS = 10_000;
after(() => void setTimeout(() => process.exit(), LEFT_BEHIND_MS).unref());

/** Shorter than the limit of a test, so that the sentence is about the program. */
const CALL_LIMIT_MS = 50_000;

type Call = (...args: unknown[]) => unknown;

const explain = (error: unknown, words: string, limitMs: number): void => {
  const { code, stdout, stderr } = error as NodeJS.ErrnoException & Partial<SpawnSyncReturns<string>>;
  if (error instanceof Error && code === 'ETIMEDOUT')
    error.message = `waited ${limitMs / 1000} s for the end of \`${words}\`; it wrote:\n${stdout ?? ''}${stderr ?? ''}`;
};

const limited =
  (call: Call): Call =>
  (...args) => {
    const at = args.findIndex((arg, index) => index > 0 && typeof arg === 'object' && arg !== null && !Array.isArray(arg));
    const given = at < 0 ? {} : (args[at] as { timeout?: number });
    const options = { timeout: CALL_LIMIT_MS, killSignal: 'SIGKILL', ...given };
    const before = (at < 0 ? args : args.slice(0, at)).filter((arg) => arg !== undefined);
    const words = before.flat().map(String).join(' ');
    try {
      const ended = call(...before, options);
      const { error, stdout, stderr } = (ended ?? {}) as Partial<SpawnSyncReturns<string>>;
      if (error !== undefined) explain(Object.assign(error, { stdout, stderr }), words, options.timeout);
      return ended;
    } catch (error) {
      explain(error, words, options.timeout);
      throw error;
    }
  };

const calls = childProcess as unknown as Record<string, Call>;
for (const name of ['spawnSync', 'execFileSync', 'execSync']) {
  const original = calls[name];
  if (original !== undefined) calls[name] = limited(original);
}

const { writeFileSync } = fs;

/** To open a pipe with a name waits for its reader, and meanwhile nothing else can happen: not even a signal that ends this process is heard. */
const openForReader = (pipe: string): number => {
  const step = new Int32Array(new SharedArrayBuffer(4));
  for (const end = performance.now() + CALL_LIMIT_MS; ; Atomics.wait(step, 0, 0, 2)) {
    try {
      return fs.openSync(pipe, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
      if (performance.now() > end) throw new Error(`waited ${CALL_LIMIT_MS / 1000} s for somebody who reads ${pipe}`, { cause: error });
    }
  }
};

fs.writeFileSync = (file, data, options) => {
  if (typeof file !== 'string' || fs.statSync(file, { throwIfNoEntry: false })?.isFIFO() !== true) return writeFileSync(file, data, options);
  const descriptor = openForReader(file);
  try {
    writeFileSync(descriptor, data, options);
  } finally {
    fs.closeSync(descriptor);
  }
};
syncBuiltinESMExports();
