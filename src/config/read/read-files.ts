/**
 * Reads the main file and what it includes into sections of text, with every syntax problem on the way. Later files
 * merge into earlier ones. Refuses files over 1 MiB and more than 256 of them: a glob gone wrong, not a configuration.
 */
import type { ConfigWorld, Place } from '../model/model.ts';
import { parseIni } from '../dialect/ini-text.ts';
import { type BadLine, readLogicalLines } from '../dialect/logical-lines.ts';
import { includedFiles } from './include.ts';
import { addError, addWarning, type Problems } from '../problems.ts';
import { quoteLikePython } from '../../base/python-quote.ts';
import type { RawConfig, RawOption, RawSection } from './raw.ts';
import { reportContinuedLines } from '../unknown-words.ts';
import { absolutePath, parentOf } from '../values/paths.ts';

const LONGEST_FILE = 1024 * 1024;
const MOST_LINES_NAMED = 20;

type OpenSection = Omit<RawSection, 'options'> & { readonly options: Map<string, RawOption> };
type OpenConfig = { readonly sections: Map<string, OpenSection>; readonly defaults: Map<string, RawOption> };

export type ReadResult = { readonly config: RawConfig; readonly files: readonly string[] };

/** Reads `main`, whose text is at hand, and its includes. */
export function readFiles(world: ConfigWorld, main: string, text: string, problems: Problems): ReadResult {
  const open: OpenConfig = { sections: new Map(), defaults: new Map() };
  const here = parentOf(absolutePath(main, world.workingDirectory));
  const files = [main];
  mergeText(open, main, text, problems);
  const include = open.sections.get('include');
  if (include === undefined) return { config: close(open, main, here, problems), files };
  for (const file of includedFiles(world, include, here, problems)) {
    if (files.includes(file)) continue;
    const content = world.readFile(file);
    if ('text' in content) {
      files.push(file);
      mergeText(open, file, content.text, problems);
      continue;
    }
    // supervisord goes on without the file, and without a word.
    const add = problems.personality === 'tsinit' ? addError : addWarning;
    const sentence = `cannot read ${file}, included by ${main}: ${content.error}`;
    add(problems, include.place, { ours: sentence, peer: sentence });
  }
  return { config: close(open, main, here, problems), files };
}

/** Reads `main` alone, as the client does. */
export function readOneFile(world: ConfigWorld, main: string, text: string, problems: Problems): RawConfig {
  const open: OpenConfig = { sections: new Map(), defaults: new Map() };
  mergeText(open, main, text, problems);
  return close(open, main, parentOf(absolutePath(main, world.workingDirectory)), problems);
}

function close(open: OpenConfig, main: string, here: string, problems: Problems): RawConfig {
  // supervisord knows no [program-default].
  const forPrograms = problems.personality === 'tsinit' ? open.sections.get('program-default')?.options : undefined;
  return { main, here, sections: [...open.sections.values()], defaults: open.defaults, programDefaults: forPrograms ?? new Map() };
}

function mergeText(open: OpenConfig, file: string, text: string, problems: Problems): void {
  if (text.length > LONGEST_FILE) {
    const sentence = `cannot read ${file}: it is longer than 1 MiB; name a configuration file`;
    addError(problems, { file, line: 1 }, { ours: sentence, peer: sentence });
    return;
  }
  const isOurs = problems.personality === 'tsinit';
  // Editors of another platform leave a byte order mark; supervisord refuses it.
  const { lines, bad, continued } = readLogicalLines(isOurs ? text.replace(/^\ufeff/, '') : text, { respectsQuotes: isOurs });
  reportBadLines(file, bad, problems);
  reportContinuedLines(file, continued, problems);
  for (const { name, line, options } of parseIni(lines)) {
    const section = openSection(open, name, { file, line }, isOurs);
    for (const { key, value, line: optionLine } of options) {
      const place = { file, line: optionLine };
      const before = section.options.get(key);
      if (before !== undefined) warnOfRepetition(section, before, place, problems);
      section.options.set(key, { key, text: value, place });
    }
  }
}

function openSection(open: OpenConfig, name: string, place: Place, isOurs: boolean): Pick<OpenSection, 'name' | 'options'> {
  if (name === 'DEFAULT') return { name, options: open.defaults };
  const key = isOurs && name === 'tsinit' ? 'supervisord' : name;
  const found = open.sections.get(key);
  if (found !== undefined) return found;
  const colon = name.indexOf(':');
  const kind = colon === -1 ? key : name.slice(0, colon);
  const section = { name, kind, label: colon === -1 ? '' : name.slice(colon + 1).trim(), place, options: new Map<string, RawOption>() };
  open.sections.set(key, section);
  return section;
}

function warnOfRepetition(section: Pick<OpenSection, 'name'>, before: RawOption, place: Place, problems: Problems): void {
  // Between files it is how overrides are made; within one it is mostly a slip.
  if (before.place.file !== place.file || problems.personality === 'supervisord') return;
  const sentence = `${before.key} of [${section.name}] is set twice in ${place.file}, in lines ${before.place.line} and ${place.line}; the last one counts`;
  addWarning(problems, place, { ours: sentence, peer: sentence });
}

function reportBadLines(file: string, bad: readonly BadLine[], problems: Problems): void {
  if (problems.personality === 'supervisord') {
    reportLikePeer(file, bad, problems);
    return;
  }
  for (const { kind, line, text } of bad.slice(0, MOST_LINES_NAMED)) {
    const shown = quoteLikePython(text.trim().slice(0, 60));
    const why = {
      noSection: `${shown} stands in front of the first section; write a section header as in [program:web] above it`,
      badHeader: `${shown} is no section header; write one as in [program:web]`,
      unreadable: `${shown} is neither a section header nor an option; write option=value, or indent the line to continue the value above`,
    }[kind];
    addError(problems, { file, line }, { ours: `cannot read ${file}:${line}: ${why}`, peer: '' });
  }
}

function reportLikePeer(file: string, bad: readonly BadLine[], problems: Problems): void {
  const first = bad.find((line) => line.kind === 'noSection');
  const repr = (text: string): string => quoteLikePython(`${text}\n`);
  if (first !== undefined) {
    const message = `File contains no section headers.\nfile: ${quoteLikePython(file)}, line: ${first.line}\n${repr(first.text)}`;
    addError(problems, { file, line: first.line }, { ours: '', peer: message });
    return;
  }
  const [firstBad] = bad;
  if (firstBad === undefined) return;
  const list = bad.map(({ line, text }) => `\n\t[line ${String(line).padStart(2)}]: ${repr(text)}`).join('');
  addError(problems, { file, line: firstBad.line }, { ours: '', peer: `Source contains parsing errors: ${quoteLikePython(file)}${list}` });
}
