/**
 * Expansion of %(name)s and its kin in values: Python's percent formats over a set of names. Numbers may be padded
 * (%(process_num)02d). Says which parts of the result are values of names, so that a type of value need not parse them. Refuses
 * unknown names, formats without a name, and results or widths out of all proportion.
 */
import { fail, type Result, succeed } from '../../base/result.ts';
import { quoteLikePython } from '../../base/python-quote.ts';
import type { Given } from './given.ts';
import type { Names } from '../model/names.ts';

export type ExpansionError = { readonly kind: 'unknownName'; readonly name: string } | { readonly kind: 'badFormat'; readonly reason: string };

type Format = {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | null;
  readonly conversion: string;
};

const LONGEST_RESULT = 1024 * 1024;
const WIDEST_FIELD = 4096;

export type Expanded = {
  readonly text: string;
  /** In order, without gaps of no length. %(name)r is not among them: that writes quotes which are meant. */
  readonly given: readonly Given[];
};

/** Replaces every %(name)s of the text; `%%` becomes a percent sign. */
export function expand(text: string, names: Names): Result<Expanded, ExpansionError> {
  const given: Given[] = [];
  if (!text.includes('%')) return succeed({ text, given });
  let expanded = '';
  let position = 0;
  let hasNames = false;
  for (;;) {
    const percent = text.indexOf('%', position);
    if (percent === -1) return succeed({ text: expanded + text.slice(position), given });
    expanded += text.slice(position, percent);
    const directive = readDirective(text, percent + 1);
    if (!directive.ok) return directive;
    const { name, format, end } = directive.value;
    position = end;
    const piece = format.conversion === '%' ? succeed('%') : expandName(name, format, end, names);
    if (!piece.ok && name === null && hasNames) return badFormat('not enough arguments for format string');
    hasNames ||= name !== null;
    if (!piece.ok) return piece;
    const start = expanded.length;
    expanded += piece.value;
    if (name !== null && 'sc'.includes(format.conversion) && piece.value !== '') given.push({ start, end: expanded.length, name });
    if (expanded.length > LONGEST_RESULT) return badFormat('result is longer than 1 MiB');
  }
}

type Directive = { readonly name: string | null; readonly format: Format; readonly end: number };

function readDirective(text: string, start: number): Result<Directive, ExpansionError> {
  let position = start;
  let name: string | null = null;
  if (text.charAt(position) === '(') {
    const close = closingBracket(text, position);
    if (close === null) return badFormat('incomplete format key');
    name = text.slice(position + 1, close);
    position = close + 1;
  }
  const parts = /[#0\- +]*(\d{0,6})(?:\.(\d{0,6}))?[hlL]?/y;
  parts.lastIndex = position;
  const match = parts.exec(text) as RegExpExecArray;
  const widthText = match[1] as string;
  const flags = match[0].slice(0, match[0].search(/[^#0\- +]|$/));
  position += match[0].length;
  const conversion = text.charAt(position);
  if (conversion === '') return badFormat('incomplete format');
  const format: Format = {
    flags,
    width: Number(widthText),
    precision: match[2] === undefined ? null : Number(match[2]),
    conversion,
  };
  if (format.width > WIDEST_FIELD || (format.precision ?? 0) > WIDEST_FIELD) return badFormat('field is too wide');
  return succeed({ name, format, end: position + 1 });
}

/** Brackets inside a name count: %(a(b)c)s names `a(b)c`. */
function closingBracket(text: string, open: number): number | null {
  let depth = 0;
  for (let index = open; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '(') depth++;
    if (character === ')' && --depth === 0) return index;
  }
  return null;
}

function expandName(name: string | null, format: Format, end: number, names: Names): Result<string, ExpansionError> {
  const value = name === null ? undefined : names.find(name);
  if (name !== null && value === undefined) return fail({ kind: 'unknownName', name });
  const { conversion } = format;
  if (!'sradiuoxXc'.includes(conversion)) {
    const code = (conversion.codePointAt(0) as number).toString(16);
    return badFormat(`unsupported format character '${conversion}' (0x${code}) at index ${end - 1}`);
  }
  if (value === undefined) return badFormat(whyNameless(conversion));
  if ('sra'.includes(conversion)) return succeed(pad(cut(showText(value, conversion), format.precision), format));
  if (conversion === 'c') return expandCharacter(value, format);
  if (typeof value === 'string') {
    return badFormat(`${numberNeeded(conversion)}, not str`);
  }
  return succeed(showNumber(value, format));
}

/** Python would write all names and values for %s: nobody means that. */
function whyNameless(conversion: string): string {
  if (conversion === 'c') return '%c requires int or char';
  return 'sra'.includes(conversion) ? 'format requires a mapping' : `${numberNeeded(conversion)}, not dict`;
}

function numberNeeded(conversion: string): string {
  return `%${conversion} format: ${'oxX'.includes(conversion) ? 'an integer' : 'a real number'} is required`;
}

function expandCharacter(value: string | number, format: Format): Result<string, ExpansionError> {
  if (typeof value === 'number') {
    return value >= 0 && value < 0x110000 ? succeed(pad(String.fromCodePoint(value), format)) : badFormat('%c arg not in range(0x110000)');
  }
  return [...value].length === 1 ? succeed(pad(value, format)) : badFormat('%c requires int or char');
}

function showText(value: string | number, conversion: string): string {
  if (conversion === 's' || typeof value === 'number') return String(value);
  return quoteLikePython(value);
}

function cut(text: string, precision: number | null): string {
  return precision === null ? text : text.slice(0, precision);
}

function showNumber(value: number, format: Format): string {
  const { conversion, flags } = format;
  const base = conversion === 'o' ? 8 : 'xX'.includes(conversion) ? 16 : 10;
  const raw = Math.abs(value)
    .toString(base)
    .padStart(format.precision ?? 0, '0');
  const digits = conversion === 'X' ? raw.toUpperCase() : raw;
  const prefix = flags.includes('#') && base !== 10 ? `0${conversion}` : '';
  const sign = value < 0 ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const lead = sign + prefix;
  const isZeroFilled = flags.includes('0') && !flags.includes('-');
  return pad(lead + (isZeroFilled ? digits.padStart(format.width - lead.length, '0') : digits), format);
}

function pad(text: string, format: Format): string {
  return format.flags.includes('-') ? text.padEnd(format.width) : text.padStart(format.width);
}

function badFormat(reason: string): { readonly ok: false; readonly error: ExpansionError } {
  return fail({ kind: 'badFormat', reason });
}
