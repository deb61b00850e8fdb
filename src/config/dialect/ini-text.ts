/**
 * The seam between our dialect and the `ini` package. The package reads INI text: it finds sections and keys, splits
 * at `=`, unquotes, collects. What it does not know, we settle first in logical-lines.ts: indented continuations,
 * `:` as delimiter, comments after a value, which line a key stood on, what stood there twice. Here the logical lines
 * are written out again in the form the package reads without loss (every name and value a quoted string, every name
 * led by its line number, which keeps repeated ones apart), parsed by it, and put back in the order of the lines.
 */
import ini from 'ini';
import type { LogicalLine } from './logical-lines.ts';

export type ParsedOption = { readonly key: string; readonly value: string; readonly line: number };
export type ParsedSection = { readonly name: string; readonly line: number; readonly options: readonly ParsedOption[] };

/** Logical lines to sections, in the order written; sections of the same name are still apart. */
export function parseIni(lines: readonly LogicalLine[]): readonly ParsedSection[] {
  const parsed = ini.decode(writeNormalText(lines));
  const sections = Object.entries(parsed).map(([mark, options]) => {
    const { name, line } = readMark(mark);
    return { name, line, options: readOptions(options as Readonly<Record<string, unknown>>) };
  });
  return sections.sort((left, right) => left.line - right.line);
}

function readOptions(options: Readonly<Record<string, unknown>>): readonly ParsedOption[] {
  // The package turns the words true, false and null into values; String() turns them back into what was written.
  return Object.entries(options)
    .map(([mark, value]) => {
      const { name, line } = readMark(mark);
      return { key: name, value: String(value), line };
    })
    .sort((left, right) => left.line - right.line);
}

function writeNormalText(lines: readonly LogicalLine[]): string {
  return lines
    .map((line) =>
      line.kind === 'section'
        ? // A dot would nest the section in another one; the package takes `\.` for a plain dot.
          `[${quote(`${line.line}:${line.name.replaceAll('.', '\\.')}`)}]`
        : `${quote(`${line.line}:${line.key}`)}=${quote(line.value)}`,
    )
    .join('\n');
}

/** A JSON string free of the characters that the package gives a meaning even inside quotes. */
function quote(text: string): string {
  return JSON.stringify(text).replace(/[=\]\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function readMark(mark: string): { readonly name: string; readonly line: number } {
  const colon = mark.indexOf(':');
  return { name: mark.slice(colon + 1), line: Number(mark.slice(0, colon)) };
}
