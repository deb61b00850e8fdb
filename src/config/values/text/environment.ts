/**
 * The `environment=` option under tsinit: KEY=VALUE pairs separated by commas, semicolons or white space. A value is
 * bare text, quoted text, or both joined; double quotes know \" and \\. What supervisord drops or refuses without need
 * (A=$HOME, A=, A=1 B=2) is taken as written here; quoted values read the same in both. What a name has brought into a value
 * (A=%(ENV_X)s) is that value as it is, whatever characters it has; a name that stands for whole pairs is read as pairs.
 */
import { quoteLikePython } from '../../../base/python-quote.ts';
import { fail, type Result, succeed } from '../../../base/result.ts';
import { type Given, givenAt } from '../../read/given.ts';
import { readLegacyEnvironment } from './legacy-environment.ts';
import { type Reading, refuse, type ValueType } from '../value-type.ts';

export type Variables = Readonly<Record<string, string>>;

const SEPARATORS = ', \t\r\n;';

export const environment: ValueType<Variables> = {
  name: 'KEY="value",KEY="value"',
  read: (text, { personality, given }) => (personality === 'tsinit' ? readEnvironment(text, given ?? []) : readLegacyEnvironment(text)),
};

function readEnvironment(text: string, given: readonly Given[]): Reading<Variables> {
  const variables = new Map<string, string>();
  let position = skipSeparators(text, 0);
  while (position < text.length) {
    const key = /[^\s=,;'"]+/y;
    key.lastIndex = position;
    const name = key.exec(text)?.[0];
    const equals = position + (name?.length ?? 0);
    const valueStart = name === undefined ? null : findEquals(text, equals, given);
    if (name === undefined || valueStart === null) {
      const found = text.slice(position, position + 20);
      return refuseBoth(`expected KEY="value" at ${quoteLikePython(found)}; write pairs as in A="1",B="2"`, text);
    }
    const value = readValue(text, valueStart, given);
    if (!value.ok) return refuseBoth(`${value.error} after ${name}=; end the value with the same quote`, text);
    if (value.value.text.includes('\0')) return refuseBoth(`the value of ${name} holds a NUL character; leave it out`, text);
    variables.set(name, value.value.text);
    position = skipSeparators(text, value.value.end);
  }
  return succeed(Object.fromEntries(variables));
}

/** Blanks around the equals sign are allowed, as in supervisord. */
function findEquals(text: string, after: number, given: readonly Given[]): number | null {
  let position = after;
  while (position < text.length && ' \t\r\n'.includes(text.charAt(position))) position++;
  if (text.charAt(position) !== '=') return null;
  const valueStart = position + 1;
  position = valueStart;
  const isBrought = (): boolean => (givenAt(given, position)?.start ?? 0) >= valueStart;
  while (position < text.length && ' \t'.includes(text.charAt(position)) && !isBrought()) position++;
  if (isBrought()) return position;
  // `A= B=2`: an empty value, for a pair follows; `A= 1`, `A= "x"`: blanks before a value.
  return /^[^\s=,;'"]+\s*=/.test(text.slice(position)) ? valueStart : position;
}

function readValue(text: string, start: number, given: readonly Given[]): Result<{ readonly text: string; readonly end: number }, string> {
  let value = '';
  let position = start;
  const values = given.filter((each) => each.start >= start);
  while (position < text.length) {
    const brought = givenAt(values, position);
    if (brought !== undefined) {
      value += text.slice(position, brought.end);
      position = brought.end;
      continue;
    }
    const character = text.charAt(position);
    if (SEPARATORS.includes(character)) break;
    position++;
    if (character !== "'" && character !== '"') {
      value += character;
      continue;
    }
    const closed = readQuoted(text, position, character, values);
    if (closed === null) return fail('no closing quotation');
    value += closed.text;
    position = closed.end;
  }
  return succeed({ text: value, end: position });
}

function readQuoted(text: string, start: number, quote: string, given: readonly Given[]): { readonly text: string; readonly end: number } | null {
  let value = '';
  for (let index = start; index < text.length; index++) {
    const character = text.charAt(index);
    const isWritten = (at: number): boolean => givenAt(given, at) === undefined;
    if (character === quote && isWritten(index)) return { text: value, end: index + 1 };
    const next = text.charAt(index + 1);
    const isEscape = quote === '"' && character === '\\' && (next === '"' || next === '\\') && isWritten(index) && isWritten(index + 1);
    value += isEscape ? next : character;
    if (isEscape) index++;
  }
  return null;
}

function skipSeparators(text: string, start: number): number {
  let position = start;
  while (position < text.length && SEPARATORS.includes(text.charAt(position))) position++;
  return position;
}

function refuseBoth(ours: string, text: string): Reading<Variables> {
  return refuse(ours, `Unexpected end of key/value pairs in value '${text}'`);
}
