/**
 * Files of variables: KEY=VALUE lines as container engines and shells write them. `export ` in front is passed over; a value in single
 * quotes stands as it is, one in double quotes knows \\" \\\\ \\n and \\$; nothing is expanded. Lines that begin with # are comments.
 */
import { fail, type Result, succeed } from '../../base/result.ts';
import type { ConfigWorld } from '../model.ts';
import { listOf } from './lists.ts';
import { absolutePath } from './paths.ts';
import { type Reading, refuse, type ValueType } from './value-type.ts';

type Variables = Readonly<Record<string, string>>;

/** Later files win. */
export const environmentFiles: ValueType<Variables> = {
  name: 'paths',
  read: (text, { world }) => readEnvironmentFiles(text, world),
};

export function readEnvironmentFiles(text: string, world: ConfigWorld): Reading<Variables> {
  let all: Variables = {};
  for (const word of listOf(text)) {
    const mayBeMissing = word.startsWith('-');
    const path = absolutePath(mayBeMissing ? word.slice(1) : word, world.workingDirectory);
    const file = world.readFile(path);
    if ('error' in file) {
      if (mayBeMissing) continue;
      return refuse(`cannot read ${path}: ${file.error}; write -${word} when it may be missing`, text);
    }
    const variables = readVariables(file.text);
    if (!variables.ok) return refuse(`${path}:${variables.error}`, text);
    all = { ...all, ...variables.value };
  }
  return succeed(all);
}

/** The error begins with the number of the line. */
function readVariables(text: string): Result<Variables, string> {
  const variables = new Map<string, string>();
  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.trim().replace(/^export\s+/, '');
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const match = /^([^\s=]+)=(.*)$/s.exec(trimmed);
    const value = match === null ? null : unquote(match[2] as string);
    if (match === null || value === null) return fail(`${index + 1}: ${match === null ? 'this is no KEY=VALUE' : 'a quote is not closed'}`);
    variables.set(match[1] as string, value);
  }
  return succeed(Object.fromEntries(variables));
}

function unquote(text: string): string | null {
  const quote = text.charAt(0);
  if (quote !== "'" && quote !== '"') return text;
  if (text.length < 2 || !text.endsWith(quote)) return null;
  const inner = text.slice(1, -1);
  return quote === "'" ? inner : inner.replace(/\\(["\\n$])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}
