/**
 * Paths and what they must name: home directories expanded, directories that must exist, targets of log files. Asks
 * the world only whether a directory exists.
 */
import { succeed } from '../../base/result.ts';
import type { LogTarget } from '../model/model.ts';
import { refuse, type ValueScope, type ValueType } from './value-type.ts';
import { findUser } from './machine/users.ts';

const CONTAINER_STREAMS: ReadonlyMap<string, 'stdout' | 'stderr'> = new Map([
  ['/dev/stdout', 'stdout'],
  ['/dev/fd/1', 'stdout'],
  ['/proc/self/fd/1', 'stdout'],
  ['/dev/stderr', 'stderr'],
  ['/dev/fd/2', 'stderr'],
  ['/proc/self/fd/2', 'stderr'],
]);

export const existingDirectory: ValueType<string> = {
  name: 'directory',
  read: (text, scope) => {
    const path = expandHome(text, scope);
    if (scope.world.isDirectory(path)) return succeed(path);
    return refuse(`there is no directory ${path}; create it, or name another one`, `${text} is not an existing directory`);
  },
};

/** A file that need not exist, in a directory that must. */
export const filePath: ValueType<string> = {
  name: 'path',
  read: (text, scope) => {
    const path = expandHome(text, scope);
    const parent = parentOf(path);
    if (parent === '' || scope.world.isDirectory(parent)) return succeed(path);
    return refuse(
      `there is no directory ${parent} to hold ${path}; create it, or name another file`,
      `The directory named as part of the path ${text} does not exist`,
    );
  },
};

/** The supervisor's own file: made absolute, for the supervisor may change its directory. */
export const ownFile: ValueType<string> = {
  name: 'path',
  read: (text, scope) => {
    const path = filePath.read(text, scope);
    return path.ok ? succeed(absolutePath(path.value, scope.world.workingDirectory)) : path;
  },
};

/** The supervisor's own log: a file, or the word syslog; under tsinit also NONE, for which supervisord has /dev/null. */
export const ownLog: ValueType<string | null> = {
  name: 'path or syslog',
  read: (text, scope) => {
    if (text === 'syslog') return succeed(text);
    const isNone = scope.personality === 'tsinit' && ['none', 'off'].includes(text.toLowerCase());
    return isNone ? succeed(null) : ownFile.read(text, scope);
  },
};

/** A log file of a program: a path, or one of the words. The container's own streams are known by their usual paths. */
export function logTarget(stream: 'stdout' | 'stderr'): ValueType<LogTarget> {
  return {
    name: 'path, NONE, AUTO or SYSLOG',
    read: (text, scope) => {
      const word = text.toLowerCase();
      if (word === 'none' || word === 'off') return succeed({ kind: 'none' });
      if (word === 'syslog') return succeed({ kind: 'syslog' });
      if (word === 'auto') return succeed(scope.personality === 'tsinit' ? { kind: 'container', stream } : { kind: 'auto' });
      const named = CONTAINER_STREAMS.get(text);
      if (named !== undefined) return succeed({ kind: 'container', stream: named });
      const path = filePath.read(text, scope);
      return path.ok ? succeed({ kind: 'file', path: path.value }) : path;
    },
  };
}

/** `~` and `~name` in front of a path; left alone when nobody knows that home. */
export function expandHome(path: string, scope: ValueScope): string {
  if (!path.startsWith('~')) return path;
  const slash = path.indexOf('/');
  const name = slash === -1 ? path.slice(1) : path.slice(1, slash);
  const home = name === '' ? (scope.world.environment['HOME'] ?? findUser(scope.users(), scope.world.uid)?.home) : findUser(scope.users(), name)?.home;
  if (home === undefined) return path;
  const rest = slash === -1 ? '' : path.slice(slash);
  return home.replace(/\/+$/, '') + rest || '/';
}

/** Directory part of a path: empty for a bare name. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === 0 ? '/' : path.slice(0, Math.max(0, slash));
}

/** Makes a path absolute, and lexically free of `.` and `..`. */
export function absolutePath(path: string, base: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
