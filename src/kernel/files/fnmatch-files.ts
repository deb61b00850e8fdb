/**
 * Files by a pattern as Python's glob.glob reads it: `*`, `?` and `[...]` within one part of a path; braces are
 * text, `**` is `*`, and a leading dot is matched only by a dot. Folders that cannot be read hold nothing.
 */
import { lstatSync, readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/** Existing paths, spelled as the pattern spells them, in no order. */
export const fnmatchFiles = (workingDirectory: string, pattern: string): string[] => {
  const at = (path: string): string => resolve(workingDirectory, path);
  let paths: readonly string[] = [''];
  const parts = pattern.split('/');
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const matched = /[*?[]/.test(part) ? (folder: string) => namesIn(at(folder), part) : () => [part];
    paths = paths.flatMap((folder) =>
      matched(folder)
        .map((name) => folder + name)
        .filter((path) => (isLast ? (part === '' ? isFolder(at(path)) : exists(at(path))) : path === '' || part === '' || isFolder(at(path))))
        .map((path) => (isLast ? path : `${path}/`)),
    );
  }
  return [...paths];
};

/** `*`, `?`, `[abc]`, `[a-c]`, `[!a]`; a bracket that is not closed is text. */
const fnmatchPattern = (part: string): RegExp => {
  const source = part.replace(/\*+|\?|\[(!?)(\]?[^\]]*)\]|[^]/gu, (found, negation?: string, members?: string) => {
    if (found.startsWith('*')) return '.*';
    if (found === '?') return '.';
    return members === undefined || members === '' ? [...found].map(escape).join('') : setSource(negation === '!', members);
  });
  return new RegExp(`^(?:${source})$`, 'su');
};

/** A range that runs backwards holds nothing. */
const setSource = (isNegated: boolean, members: string): string => {
  const inside = members.replace(/([^])-([^])|[^]/gu, (found, from?: string, to?: string) => {
    if (from === undefined || to === undefined) return escape(found);
    return code(from) > code(to) ? '' : `${escape(from)}-${escape(to)}`;
  });
  return `[${isNegated ? '^' : ''}${inside}]`;
};

const code = (character: string): number => character.codePointAt(0) ?? 0;

const escape = (character: string): string => `\\u{${code(character).toString(16)}}`;

const namesIn = (folder: string, part: string): readonly string[] => {
  const pattern = fnmatchPattern(part);
  try {
    return readdirSync(folder).filter((name) => (part.startsWith('.') || !name.startsWith('.')) && pattern.test(name));
  } catch {
    return [];
  }
};

const exists = (path: string): boolean => {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
};

const isFolder = (path: string): boolean => {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
};
