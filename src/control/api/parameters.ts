/**
 * What a command takes: named, typed, read from a decoded value as leniently as Python code would, so that what worked with supervisord
 * works here. Refuses to look at more than one value at a time.
 */
import { fail, succeed } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { Value } from '../xml/value.ts';

/** XML-RPC's words, as methodSignature tells them. */
export type TypeName = 'string' | 'int' | 'double' | 'boolean' | 'array' | 'struct';

export type Parameter<T> = {
  readonly name: string;
  readonly type: TypeName;
  readonly doc: string;
  /** For one that may be left out. */
  readonly fallback?: T;
  /** The error is what is told beside INCORRECT_PARAMETERS, if anything. */
  readonly read: (value: Value) => Result<T, string | null>;
};

const refused = fail(null);

/** Text and nothing else. */
export const text = (name: string, doc: string): Parameter<string> => ({
  name,
  type: 'string',
  doc,
  read: (value) => (typeof value === 'string' ? succeed(value) : refused),
});

/** Text; the fault names a value that is not. */
export const characters = (name: string, doc: string): Parameter<string> => ({
  name,
  type: 'string',
  doc,
  read: (value) => (typeof value === 'string' ? succeed(value) : fail(shown(value))),
});

/** Text or a number, as text: signals. */
export const word = (name: string, doc: string): Parameter<string> => ({
  name,
  type: 'string',
  doc,
  read: (value) => (typeof value === 'string' || typeof value === 'number' ? succeed(String(value)) : refused),
});

/** A whole number, or text that is one. */
export const integer = (name: string, doc: string): Parameter<number> => ({
  name,
  type: 'int',
  doc,
  read: (value) => {
    const number = typeof value === 'string' && !/^\s*[+-]?\d+\s*$/u.test(value) ? Number.NaN : Math.trunc(numberOf(value));
    return Number.isSafeInteger(number) ? succeed(number) : refused;
  },
});

/** Any number, or text that is one. */
export const seconds = (name: string, doc: string): Parameter<number> => ({
  name,
  type: 'double',
  doc,
  read: (value) => {
    const number = numberOf(value);
    return Number.isFinite(number) ? succeed(number) : refused;
  },
});

/** Anything: true unless it is empty, zero, false or nothing. */
export const flag = (name: string, fallback: boolean, doc: string): Parameter<boolean> => ({
  name,
  type: 'boolean',
  doc,
  fallback,
  read: (value) => succeed(typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value)),
});

/** An array of whatever. */
export const list = (name: string, doc: string): Parameter<readonly Value[]> => ({
  name,
  type: 'array',
  doc,
  read: (value) => (isList(value) ? succeed(value) : refused),
});

/** One of a few words. */
export const choice = <Word extends string>(name: string, words: readonly Word[], doc: string): Parameter<Word> => ({
  name,
  type: 'string',
  doc,
  read: (value) => {
    const found = words.find((each) => each === value);
    return found === undefined ? fail(`${name} is one of ${words.join(', ')}`) : succeed(found);
  },
});

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

const numberOf = (value: Value): number => {
  if (typeof value === 'string') return value.trim() === '' ? Number.NaN : Number(value);
  return typeof value === 'number' || typeof value === 'boolean' ? Number(value) : Number.NaN;
};

/** As Python would show it. */
const shown = (value: Value): string => {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return value === null ? 'None' : JSON.stringify(value);
};
