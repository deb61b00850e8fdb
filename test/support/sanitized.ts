/**
 * C of init for tests, compiled file by file: under the sanitizers all of it in one call takes longer on a slow machine than a call may.
 * Objects are kept in .cache/objects by what went into them. Several test files may ask at once.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from './fixtures.ts';

const run = promisify(execFile);
const cache = join(projectRoot, '.cache', 'objects');
const initFolder = join(projectRoot, 'src/init');
const HEADERS = [initFolder, join(projectRoot, 'test/init')];
/** Test files run in pairs, on as many processors or less. */
const AT_ONCE = 2;
/** How a name of an object ends. */
const KIND = '-0123456789ab.o';
const CALL_LIMIT_MS = 50_000;

/** For tests that compile: some minutes on a slow machine, as long as each file is done in its own time. */
export const whileCompiling = { timeout: 600_000 } as const;

/** Every file of init's C, headers too, in a fixed order. */
export const initFiles = (): readonly string[] =>
  readdirSync(initFolder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[ch]$/u.test(name))
    .sort()
    .map((name) => join(initFolder, name));

/** Those of init's C files that have one of these names, whatever their folder. */
export const initParts = (names: readonly string[]): readonly string[] =>
  names.map((name) => initFiles().find((file) => basename(file) === name) ?? join(initFolder, name));

/** Makes a program of those files. What the compiler says against them is in the error. */
export const compileAll = async (compiler: string, options: readonly string[], files: readonly string[], program: string): Promise<void> => {
  const flags = [`-I${initFolder}`, ...options];
  const folder = join(cache, hashOf([compiler, ...flags]));
  mkdirSync(folder, { recursive: true });
  const headers = HEADERS.flatMap((each) =>
    readdirSync(each, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.h'))
      .map((name) => readFileSync(join(each, name), 'utf8')),
  );
  const objects: string[] = [];
  const waiting = [...files];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) objects.push(await objectOf(compiler, flags, file, folder, headers));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await call(compiler, [...flags, ...objects, '-o', program]);
};

const objectOf = async (compiler: string, flags: readonly string[], file: string, folder: string, headers: readonly string[]): Promise<string> => {
  const name = basename(file, '.c');
  const made = `${name}-${hashOf([file, readFileSync(file, 'utf8'), ...headers])}.o`;
  const path = join(folder, made);
  if (existsSync(path)) return path;
  const unfinished = `${path}.${process.pid}`;
  await call(compiler, [...flags, '-c', file, '-o', unfinished]);
  const isOlder = (other: string): boolean => other !== made && other.endsWith('.o') && other.slice(0, -KIND.length) === name;
  for (const older of readdirSync(folder).filter(isOlder)) rmSync(join(folder, older), { force: true });
  renameSync(unfinished, path);
  return path;
};

const call = async (compiler: string, args: readonly string[]): Promise<void> => {
  try {
    await run(compiler, args, { timeout: CALL_LIMIT_MS, killSignal: 'SIGKILL', maxBuffer: 1 << 26 });
  } catch (error) {
    const { killed = false, stderr = '' } = error as { readonly killed?: boolean; readonly stderr?: string };
    const words = killed ? `waited ${CALL_LIMIT_MS / 1000} s for the end of` : 'failed:';
    throw new Error(`${words} \`${compiler} ${args.join(' ')}\`\n${stderr}`, { cause: error });
  }
};

const hashOf = (texts: readonly string[]): string => createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 12);
