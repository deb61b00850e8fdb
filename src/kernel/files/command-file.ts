/**
 * Would a spawn find the program's file? Looked up as init does: PATH of the program's own environment, below its own root directory, relative
 * to its own directory. The answers are those that supervisord's clients know. Nothing is started.
 */
import { accessSync, constants, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { join, resolve } from 'node:path';
import type { SpawnRequest } from '../kernel.ts';

export type CommandFile = { readonly ok: true } | { readonly ok: false; readonly fault: 'NO_FILE' | 'NOT_EXECUTABLE'; readonly text: string };

type Asked = Pick<SpawnRequest, 'argv' | 'environment' | 'directory' | 'attributes'>;

/** init's own, for programs without a PATH. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const ANY_EXECUTE_BIT = 0o111;

export const findCommand = (request: Asked): CommandFile => {
  const [name = ''] = request.argv;
  for (const candidate of candidates(name, request)) {
    const path = located(candidate, request);
    const stats = statsOf(path);
    if (stats !== null) return judge(candidate, path, stats);
  }
  return { ok: false, fault: 'NO_FILE', text: `can't find command '${name}'` };
};

const candidates = (name: string, request: Asked): readonly string[] => {
  if (name === '') return [];
  if (name.includes('/')) return [name];
  return pathOf(request).map((directory) => (directory === '' ? name : `${directory}/${name}`));
};

const pathOf = ({ environment }: Asked): readonly string[] => {
  const entry = environment.map((bytes) => Buffer.from(bytes).toString()).findLast((text) => text.startsWith('PATH='));
  return (entry?.slice('PATH='.length) ?? DEFAULT_PATH).split(':');
};

/** Where the program's path lies for us. */
const located = (candidate: string, { directory, attributes }: Asked): string => {
  const root = attributes?.root ?? null;
  return root === null ? resolve(directory ?? '.', candidate) : join(root, resolve('/', directory ?? '/', candidate));
};

const judge = (candidate: string, path: string, stats: Stats): CommandFile => {
  if (stats.isDirectory()) return refused(`command at '${candidate}' is a directory`);
  if ((stats.mode & ANY_EXECUTE_BIT) === 0) return refused(`command at '${candidate}' is not executable`);
  return mayExecute(path) ? { ok: true } : refused(`no permission to run command '${candidate}'`);
};

const refused = (text: string): CommandFile => ({ ok: false, fault: 'NOT_EXECUTABLE', text });

const statsOf = (path: string): Stats | null => {
  try {
    return statSync(path);
  } catch {
    return null;
  }
};

const mayExecute = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
