/**
 * Files of variables: KEY=VALUE lines as container engines and shells write them. `export ` in front is passed over; a value in single
 * quotes stands as it is, one in double quotes knows \\" \\\\ \\n and \\$; both may go over several lines, and a comment may stand behind them.
 * Nothing is expanded. Lines that begin with # are comments; in a value without quotes # is text.
 */
import { fail, type Result, succeed } from '../../../base/result.ts';
import type { ConfigWorld } from '../../model/model.ts';
import { listOf } from './lists.ts';
import { absolutePath } from '../paths.ts';
import { type Reading, refuse, type ValueType } from '../value-type.ts';

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
  let position = 0;
  while (position < text.length) {
    const lineEnd = endOfLine(text, position);
    const line = text.slice(position, lineEnd);
    const start = position;
    position = lineEnd + 1;
    if (/^\s*(?:#|$)/.test(line)) continue;
    const match = /^\s*(?:export\s+)?([^\s=]+)=(.*)$/s.exec(line);
    if (match === null) return fail(`${lineNumber(text, start)}: this is no KEY=VALUE`);
    const [, name, bare] = match as unknown as readonly [string, string, string];
    const quoted = readQuoted(text, lineEnd - bare.length);
    if (quoted === null) {
      variables.set(name, bare.trimEnd());
      continue;
    }
    if (!quoted.ok) return fail(`${lineNumber(text, start)}: ${quoted.error}`);
    variables.set(name, quoted.value.text);
    position = quoted.value.end;
  }
  return succeed(Object.fromEntries(variables));
}

/** A value in quotes, over as many lines as it takes, with a comment behind it or not; null: there is no quote. `end` is where the next line begins. */
function readQuoted(text: string, start: number): Result<{ readonly text: string; readonly end: number }, string> | null {
  const quote = text.charAt(start);
  if (quote !== "'" && quote !== '"') return null;
  let close = start + 1;
  while (close < text.length && text.charAt(close) !== quote) close += quote === '"' && text.charAt(close) === '\\' ? 2 : 1;
  if (close >= text.length) return fail('a quote is not closed');
  const lineEnd = endOfLine(text, close);
  if (!/^(?:\s+#.*|\s*)$/s.test(text.slice(close + 1, lineEnd)))
    return fail('there is text behind the closing quote; write nothing there, or a blank and # for a comment');
  const inner = text.slice(start + 1, close);
  const value = quote === "'" ? inner : inner.replace(/\\(["\\n$])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  return succeed({ text: value, end: lineEnd + 1 });
}

function endOfLine(text: string, from: number): number {
  const found = text.indexOf('\n', from);
  return found === -1 ? text.length : found;
}

function lineNumber(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}
