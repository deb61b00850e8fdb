/**
 * Values -> XML-RPC text, laid out line by line as Python's library does it, for those who read it with line tools. Integers are kept within
 * 32 bits, as XML-RPC wants them; characters that XML cannot carry are replaced, so that an answer can always be read.
 */
import type { Struct, Value } from './value.ts';

const DECLARATION = "<?xml version='1.0'?>\n";
const LARGEST = 2 ** 31 - 1;
const SMALLEST = -(2 ** 31);

/** Plain text needs no escapes, and its bytes are its characters: answers are mostly that, and are asked for thousands of times a second. */
const PLAIN = /^[\t\n\u0020-\u0025\u0027-\u003B\u003D\u003F-\u007E]*$/u;

type Text = { text: string; isPlain: boolean };

/** The answer to a call that went well. */
export const encodeAnswer = (value: Value): Uint8Array => {
  const out: Text = { text: `${DECLARATION}<methodResponse>\n<params>\n<param>\n`, isPlain: true };
  addValue(out, value);
  out.text += '</param>\n</params>\n</methodResponse>\n';
  return bytesOf(out);
};

/** The answer to a call that did not. */
export const encodeFault = (code: number, text: string): Uint8Array => {
  const out: Text = { text: `${DECLARATION}<methodResponse>\n<fault>\n`, isPlain: true };
  addValue(out, { faultCode: code, faultString: text });
  out.text += '</fault>\n</methodResponse>\n';
  return bytesOf(out);
};

/** A client's call. */
export const encodeCall = (method: string, params: readonly Value[]): string => {
  const out: Text = { text: `${DECLARATION}<methodCall>\n<methodName>${escapeText(method)}</methodName>\n<params>\n`, isPlain: true };
  for (const value of params) {
    out.text += '<param>\n';
    addValue(out, value);
    out.text += '</param>\n';
  }
  return `${out.text}</params>\n</methodCall>\n`;
};

const bytesOf = ({ text, isPlain }: Text): Uint8Array => Buffer.from(text, isPlain ? 'latin1' : 'utf8');

const addValue = (out: Text, value: Value): void => {
  if (typeof value === 'string') addString(out, value);
  else if (typeof value === 'number') {
    out.text += Number.isInteger(value) ? `<value><int>${capped(value)}</int></value>\n` : `<value><double>${value}</double></value>\n`;
  } else if (typeof value === 'boolean') out.text += value ? '<value><boolean>1</boolean></value>\n' : '<value><boolean>0</boolean></value>\n';
  else if (value === null) out.text += '<value><nil/></value>\n';
  else if (isList(value)) addList(out, value);
  else addStruct(out, value);
};

const addString = (out: Text, value: string): void => {
  if (PLAIN.test(value)) {
    out.text += `<value><string>${value}</string></value>\n`;
    return;
  }
  out.isPlain = false;
  out.text += `<value><string>${escapeText(value)}</string></value>\n`;
};

const addList = (out: Text, values: readonly Value[]): void => {
  out.text += '<value><array><data>\n';
  for (const value of values) addValue(out, value);
  out.text += '</data></array></value>\n';
};

const addStruct = (out: Text, struct: Struct): void => {
  out.text += '<value><struct>\n';
  for (const name in struct) {
    const value = struct[name];
    if (value === undefined) continue;
    out.text += openings.get(name) ?? openingOf(out, name);
    addValue(out, value);
    out.text += '</member>\n';
  }
  out.text += '</struct></value>\n';
};

/** Of members: few names come again and again. */
const openings = new Map<string, string>();
const MOST_OPENINGS = 256;

const openingOf = (out: Text, name: string): string => {
  const isPlain = PLAIN.test(name);
  const opening = `<member>\n<name>${isPlain ? name : escapeText(name)}</name>\n`;
  if (isPlain && openings.size < MOST_OPENINGS) openings.set(name, opening);
  if (!isPlain) out.isPlain = false;
  return opening;
};

const isList = (value: readonly Value[] | Struct): value is readonly Value[] => Array.isArray(value);

const capped = (value: number): number => Math.max(SMALLEST, Math.min(LARGEST, value));

/** Text for inside an element. A carriage return is escaped, else the reader would make a newline of it. */
const escapeText = (text: string): string => text.replaceAll(SPECIAL, (character) => ESCAPES[character] ?? '\uFFFD');

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

/** What XML gives a meaning, what it forbids, and halves of surrogate pairs, which no UTF-8 can carry. */
// oxlint-disable-next-line no-control-regex -- these are what XML 1.0 forbids
const SPECIAL = /[&<>\0-\u0008\u000B-\u001F\uFFFE\uFFFF\uD800-\uDFFF]/gu;
