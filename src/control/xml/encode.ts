/**
 * Values -> XML-RPC text, laid out line by line as Python's library does it, for those who read it with line tools. Integers are kept within
 * 32 bits, as XML-RPC wants them; characters that XML cannot carry are replaced, so that an answer can always be read.
 */
import type { Value } from './value.ts';

const DECLARATION = "<?xml version='1.0'?>\n";
const LARGEST = 2 ** 31 - 1;
const SMALLEST = -(2 ** 31);

/** The answer to a call that went well. */
export const encodeAnswer = (value: Value): string =>
  `${DECLARATION}<methodResponse>\n<params>\n<param>\n${encodeValue(value)}</param>\n</params>\n</methodResponse>\n`;

/** The answer to a call that did not. */
export const encodeFault = (code: number, text: string): string =>
  `${DECLARATION}<methodResponse>\n<fault>\n${encodeValue({ faultCode: code, faultString: text })}</fault>\n</methodResponse>\n`;

/** A client's call. */
export const encodeCall = (method: string, params: readonly Value[]): string => {
  const all = params.map((value) => `<param>\n${encodeValue(value)}</param>\n`).join('');
  return `${DECLARATION}<methodCall>\n<methodName>${escapeText(method)}</methodName>\n<params>\n${all}</params>\n</methodCall>\n`;
};

const encodeValue = (value: Value): string => {
  if (typeof value === 'string') return `<value><string>${escapeText(value)}</string></value>\n`;
  if (typeof value === 'boolean') return value ? '<value><boolean>1</boolean></value>\n' : '<value><boolean>0</boolean></value>\n';
  if (typeof value !== 'number') return encodeObject(value);
  return Number.isInteger(value) ? `<value><int>${capped(value)}</int></value>\n` : `<value><double>${value}</double></value>\n`;
};

const encodeObject = (value: object | null): string => {
  if (value === null) return '<value><nil/></value>\n';
  if (Array.isArray(value)) return `<value><array><data>\n${(value as readonly Value[]).map(encodeValue).join('')}</data></array></value>\n`;
  let members = '';
  for (const [name, each] of Object.entries(value as Record<string, Value>)) {
    members += `<member>\n<name>${escapeText(name)}</name>\n${encodeValue(each)}</member>\n`;
  }
  return `<value><struct>\n${members}</struct></value>\n`;
};

const capped = (value: number): number => Math.max(SMALLEST, Math.min(LARGEST, value));

/** Text for inside an element. A carriage return is escaped, else the reader would make a newline of it. */
export const escapeText = (text: string): string => (SPECIAL.test(text) ? text.replaceAll(EVERY_SPECIAL, (character) => ESCAPES[character] ?? '\uFFFD') : text);

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

/** What XML gives a meaning, what it forbids, and halves of surrogate pairs, which no UTF-8 can carry. */
// oxlint-disable-next-line no-control-regex -- these are what XML 1.0 forbids
const SPECIAL = /[&<>\0-\u0008\u000B-\u001F\uFFFE\uFFFF\uD800-\uDFFF]/u;
const EVERY_SPECIAL = new RegExp(SPECIAL, 'gu');
