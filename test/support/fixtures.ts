/**
 * Small C programs for tests, compiled when a test first asks for them and kept in .cache/fixtures by the hash of
 * their source. Static, so that they start fast and run in an empty root. Several test files may ask at once.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { reachable } from './reachable.ts';

/** Top folder of the project. */
export const projectRoot = join(import.meta.dirname, '..', '..');

const cache = join(projectRoot, '.cache', 'fixtures');

/** Path of the compiled program of test/fixtures/NAME.c, one that every user can run. */
export const fixture = (name: string): string => reachable(compiled(name));

const compiled = (name: string): string => {
  const source = join(projectRoot, 'test', 'fixtures', `${name}.c`);
  const compiler = findCompiler();
  const hash = createHash('sha256').update(compiler).update(readFileSync(source)).digest('hex').slice(0, 12);
  const target = join(cache, `${name}-${hash}`);
  if (existsSync(target)) return target;
  mkdirSync(cache, { recursive: true });
  const unfinished = `${target}.${process.pid}`;
  const flags = ['-std=gnu11', '-O2', '-static', '-pthread', '-Wall', '-Wextra', '-Werror', '-o', unfinished, source];
  execFileSync(compiler, flags, { stdio: ['ignore', 'inherit', 'inherit'] });
  renameSync(unfinished, target);
  return target;
};

const findCompiler = (): string => {
  for (const name of ['musl-gcc', 'gcc', 'cc']) if (isInPath(name)) return name;
  throw new Error('these tests need a C compiler: install musl-tools or gcc');
};

/** Is there an executable of that name in PATH? */
export const isInPath = (name: string): boolean => (process.env['PATH'] ?? '').split(':').some((directory) => isExecutable(join(directory, name)));

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, 1);
    return true;
  } catch {
    return false;
  }
};

/** Options of a test whose programs are written in Python. The system's: not every environment of a test has the user's own PATH. */
export const withPython = { skip: existsSync('/usr/bin/python3') ? false : 'needs python3' } as const;
