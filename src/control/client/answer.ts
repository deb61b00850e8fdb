/**
 * An answer's text -> its value or fault. Reads what XML-RPC servers write and no XML beyond it: no comments, no sections, no
 * attributes. A general parser takes longer to load than a whole `status` may take; the server's side has one (../xml).
 */
import type { Struct, Value } from '../xml/value.ts';

export type Answer = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly code: number; readonly text: string };

const MAXIMUM_DEPTH = 64;

/** Null: it is no answer. */
export const readAnswer = (text: string): Answer | null => {
  const reader: Reader = { text, at: 0, tag: '', before: '' };
  const [first, second] = [nextTag(reader), nextTag(reader)];
  if (first !== 'methodResponse') return null;
  if (second === 'fault') return faultOf(readValue(reader, nextTag(reader), 0));
  if (second !== 'params' || nextTag(reader) !== 'param') return null;
  const value = readValue(reader, nextTag(reader), 0);
  return value === undefined ? null : { ok: true, value };
};

/** `tag`: the last one read, without its brackets; `before`: the text in front of it. */
type Reader = { readonly text: string; at: number; tag: string; before: string };

/** Empty at the end of the text. */
const nextTag = (reader: Reader): string => {
  const { text } = reader;
  const open = text.indexOf('<', reader.at);
  const close = open < 0 ? -1 : text.indexOf('>', open);
  if (close < 0) return (reader.tag = '');
  reader.before = text.slice(reader.at, open);
  reader.at = close + 1;
  if (text.charCodeAt(open + 1) === QUESTION_MARK) return nextTag(reader);
  return (reader.tag = text.slice(open + 1, close).trim());
};

const QUESTION_MARK = 63;

/** Behind `tag`, which begins it; reads to its end. Undefined: it is none. */
const readValue = (reader: Reader, tag: string, depth: number): Value | undefined => {
  if (tag === 'value/') return '';
  if (tag !== 'value' || depth > MAXIMUM_DEPTH) return undefined;
  const kind = nextTag(reader);
  if (kind === '/value') return unescaped(reader.before);
  const value = kind.endsWith('/')
    ? EMPTY[kind]
    : kind === 'struct'
      ? readStruct(reader, depth)
      : kind === 'array'
        ? readArray(reader, depth)
        : readText(reader, kind);
  return nextTag(reader) === '/value' ? value : undefined;
};

const EMPTY: Readonly<Record<string, Value>> = { 'nil/': null, 'string/': '', 'array/': [], 'struct/': {} };

const readStruct = (reader: Reader, depth: number): Value | undefined => {
  const struct: Record<string, Value> = Object.create(null) as Record<string, Value>;
  while (nextTag(reader) === 'member') {
    if (nextTag(reader) !== 'name' || nextTag(reader) !== '/name') return undefined;
    const name = unescaped(reader.before);
    const value = readValue(reader, nextTag(reader), depth + 1);
    if (value === undefined || nextTag(reader) !== '/member') return undefined;
    struct[name] = value;
  }
  return reader.tag === '/struct' ? struct : undefined;
};

const readArray = (reader: Reader, depth: number): Value | undefined => {
  const values: Value[] = [];
  const data = nextTag(reader);
  if (data === 'data/') return nextTag(reader) === '/array' ? values : undefined;
  if (data !== 'data') return undefined;
  for (let tag = nextTag(reader); tag !== '/data'; tag = nextTag(reader)) {
    const value = readValue(reader, tag, depth + 1);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return nextTag(reader) === '/array' ? values : undefined;
};

const readText = (reader: Reader, kind: string): Value | undefined => {
  if (nextTag(reader) !== `/${kind}`) return undefined;
  const text = unescaped(reader.before);
  switch (kind) {
    case 'int':
    case 'i4':
    case 'i8':
    case 'double':
      return text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text);
    case 'boolean':
      return text.trim() === '1';
    default:
      return text;
  }
};

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.includes('&') ? text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gu, character) : text;

const character = (all: string, hexadecimal: string | undefined, decimal: string | undefined, name: string | undefined): string => {
  if (name !== undefined) return NAMED[name] ?? all;
  const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : all;
};

const faultOf = (value: Value | undefined): Answer | null => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { faultCode: code, faultString: text } = value as Struct;
  return { ok: false, code: typeof code === 'number' ? code : 0, text: typeof text === 'string' ? text : '' };
};
