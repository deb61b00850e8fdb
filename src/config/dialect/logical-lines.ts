/**
 * From the text of a file to its logical lines: section headers and options, each with the line it began on. Comments
 * are gone, continuation lines joined. Knows how supervisord's files are cut into lines, and nothing of what the
 * sections and options mean. Refuses lines that are neither, all of them at once.
 */
import { commentStart } from './comments.ts';
import { indentOf, strip, stripEnd } from './white-space.ts';

export type LogicalLine =
  | { readonly kind: 'section'; readonly name: string; readonly line: number }
  | { readonly kind: 'option'; readonly key: string; readonly value: string; readonly line: number };

/** A line that cannot be read; `noSection`: an option in front of the first section header. */
export type BadLine = { readonly kind: 'noSection' | 'unreadable' | 'badHeader'; readonly line: number; readonly text: string };

/** A line that continues `option` and is written as an option itself, outside quotes: mostly one that was indented by mistake. */
export type ContinuedLine = { readonly section: string; readonly option: string; readonly key: string; readonly line: number };

export type LogicalLines = { readonly lines: readonly LogicalLine[]; readonly bad: readonly BadLine[]; readonly continued: readonly ContinuedLine[] };

export type DialectSettings = {
  /** Comment marks inside quotes of `command` and `environment` are text. */
  readonly respectsQuotes: boolean;
};

/** `quote`: the one that is open at the end of the parts, else empty. */
type OpenOption = { readonly key: string; readonly parts: string[]; readonly line: number; quote: string };

const QUOTED_OPTIONS: ReadonlySet<string> = new Set(['command', 'environment']);

/** Cuts a text into logical lines. Never throws. */
export function readLogicalLines(text: string, settings: DialectSettings): LogicalLines {
  const lines: LogicalLine[] = [];
  const bad: BadLine[] = [];
  const continued: ContinuedLine[] = [];
  let section = '';
  let open: OpenOption | null = null;
  let hasSection = false;
  let indent = 0;

  function close(): void {
    if (open !== null) lines.push({ kind: 'option', key: open.key, value: stripEnd(open.parts.join('\n')), line: open.line });
    open = null;
  }

  text.split(/\r\n|\r|\n/).forEach((physical, index) => {
    const line = index + 1;
    const isContinuation: boolean = open !== null && indentOf(physical) > indent;
    const key: string | null = isContinuation ? (open as unknown as OpenOption).key : keyOf(physical);
    const start = commentStart(physical, settings.respectsQuotes && key !== null && QUOTED_OPTIONS.has(key));
    const content = strip(start === null ? physical : physical.slice(0, start));
    if (content === '') {
      if (start === null) open?.parts.push('');
      return;
    }
    if (isContinuation) {
      const found = continueOption(open as unknown as OpenOption, content);
      if (found !== null) continued.push({ section, ...found, line });
      return;
    }
    indent = indentOf(physical);
    close();
    const header = sectionName(content);
    if (header !== null) {
      lines.push({ kind: 'section', name: header, line });
      section = header;
      hasSection = true;
      return;
    }
    const option = splitOption(content);
    if (!hasSection) bad.push({ kind: 'noSection', line, text: physical });
    else if (option === null) bad.push({ kind: content.startsWith('[') ? 'badHeader' : 'unreadable', line, text: physical });
    else open = { key: option.key, parts: [option.value], line, quote: quoteAfter(option.value, '') };
  });
  close();
  return { lines, bad, continued };
}

/** Adds a line to an option; says when the line is written as an option itself. The names in `environment` are its own. */
function continueOption(open: OpenOption, content: string): Pick<ContinuedLine, 'option' | 'key'> | null {
  const key = open.quote === '' && open.key !== 'environment' ? (/^([a-z_]+)[ \t]*=/.exec(content)?.[1] ?? null) : null;
  open.parts.push(content);
  open.quote = quoteAfter(content, open.quote);
  return key === null ? null : { option: open.key, key };
}

/** The quote that is open behind a text, when `quote` was open in front of it. */
function quoteAfter(text: string, quote: string): string {
  let open = quote;
  for (const [mark] of text.matchAll(/\\.|['"]/g)) {
    if (mark.length > 1) continue;
    if (open === '') open = mark;
    else if (open === mark) open = '';
  }
  return open;
}

/** The name runs to the last `]`; what follows it is ignored. */
function sectionName(content: string): string | null {
  if (!content.startsWith('[')) return null;
  const end = content.lastIndexOf(']');
  return end > 1 ? content.slice(1, end) : null;
}

function splitOption(content: string): { readonly key: string; readonly value: string } | null {
  const delimiter = content.search(/[=:]/);
  if (delimiter === -1) return null;
  const key = strip(content.slice(0, delimiter)).toLowerCase();
  return key === '' ? null : { key, value: strip(content.slice(delimiter + 1)) };
}

function keyOf(physical: string): string | null {
  return splitOption(physical)?.key ?? null;
}
