/**
 * What reading a configuration may ask of the machine. The live body asks and records; the recorded one repeats the
 * answers, so that a successor supervisor reads the very configuration its predecessor runs, whatever has become of the files.
 */
import { globSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { fnmatchFiles } from './fnmatch-files.ts';
import { NoPlainFile, readPlainFile } from './plain-file.ts';

type GlobStyle = 'full' | 'fnmatch';

type Answer = { readonly text: string } | { readonly error: string };

/** The shape that the configuration layer asks for (its ConfigWorld). */
export type FileWorld = {
  readonly readFile: (path: string) => Answer;
  readonly glob: (pattern: string, style?: GlobStyle) => readonly string[];
  readonly isDirectory: (path: string) => boolean;
  readonly environment: Readonly<Record<string, string>>;
  readonly hostName: string;
  readonly workingDirectory: string;
  readonly uid: number;
};

/** Where relative paths begin when the directory has been removed: what is asked for there is not there. */
const REMOVED_DIRECTORY = '/proc/self/cwd';

/** Only relative paths need it; a directory that is gone is no reason to refuse the rest. */
export const currentDirectory = (): string => {
  try {
    return process.cwd();
  } catch {
    return REMOVED_DIRECTORY;
  }
};

/** All answers given, as plain data. */
export type FileRecord = {
  readonly files: Record<string, Answer>;
  readonly globs: Record<string, readonly string[]>;
  readonly directories: Record<string, boolean>;
  readonly hostName: string;
  readonly workingDirectory: string;
  readonly uid: number;
};

/** A configuration file larger than this is a mistake, not a configuration. */
const LONGEST_FILE_BYTES = 1_048_576;

/** A byte order mark is the configuration layer's business. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Asks the machine, relative to `workingDirectory`, for programs that are started by user `uid`; `record` fills up as questions come. */
export const liveFiles = (
  environment: Readonly<Record<string, string>>,
  workingDirectory: string = currentDirectory(),
  uid: number = process.getuid?.() ?? 0,
): { readonly world: FileWorld; readonly record: FileRecord } => {
  const record: FileRecord = {
    files: empty(),
    globs: empty(),
    directories: empty(),
    hostName: hostname(),
    workingDirectory,
    uid,
  };
  return {
    record,
    world: {
      readFile: (path) => (record.files[path] ??= readText(resolve(workingDirectory, path))),
      glob: (pattern, style = 'full') => {
        const find = (): string[] => (style === 'full' ? globSync(pattern, { cwd: workingDirectory }) : fnmatchFiles(resolve(workingDirectory), pattern));
        return (record.globs[keyOf(pattern, style)] ??= find().sort(byBytes));
      },
      isDirectory: (path) => (record.directories[path] ??= isDirectory(resolve(workingDirectory, path))),
      environment,
      hostName: record.hostName,
      workingDirectory: record.workingDirectory,
      uid: record.uid,
    },
  };
};

/** Repeats a record; what was not asked then is not there now. */
export const recordedFiles = (record: FileRecord, environment: Readonly<Record<string, string>>): FileWorld => ({
  readFile: (path) => own(record.files, path) ?? { error: 'it was not read when tsinit started' },
  // A predecessor of an earlier version recorded both kinds under the plain pattern.
  glob: (pattern, style = 'full') => own(record.globs, keyOf(pattern, style)) ?? own(record.globs, pattern) ?? [],
  isDirectory: (path) => own(record.directories, path) ?? false,
  environment,
  hostName: record.hostName,
  workingDirectory: record.workingDirectory,
  uid: record.uid,
});

const keyOf = (pattern: string, style: GlobStyle): string => (style === 'full' ? pattern : `fnmatch ${pattern}`);

/** Paths are the keys: no name that every object has (`constructor`) may be among them. */
const empty = <Value>(): Record<string, Value> => Object.create(null) as Record<string, Value>;

const own = <Value>(values: Readonly<Record<string, Value>>, key: string): Value | undefined => (Object.hasOwn(values, key) ? values[key] : undefined);

const readText = (path: string): Answer => {
  try {
    return { text: decoder.decode(readPlainFile(path, LONGEST_FILE_BYTES)) };
  } catch (error) {
    return { error: errorText(error) };
  }
};

/** What cannot be looked at is no directory for us. */
const isDirectory = (path: string): boolean => {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
};

const byBytes = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right));

const errorText = (error: unknown): string => {
  if (error instanceof NoPlainFile) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EACCES':
      return 'permission denied';
    case 'EISDIR':
      return 'it is a directory';
    case 'ENOTDIR':
      return 'a part of its path is not a directory';
    case 'ELOOP':
      return 'its symbolic links go round in circles';
    case 'ENAMETOOLONG':
      return 'its name is too long';
    case 'ERR_INVALID_ARG_VALUE':
      return 'a path cannot contain a NUL character';
    default:
      return code;
  }
};
