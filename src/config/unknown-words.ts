/**
 * Finds sections and options that nobody will read: mostly slips. An error under tsinit, which names the nearest known
 * word; a warning under supervisord, which lets them pass without a message.
 */
import { nearest } from '../base/nearest.ts';
import type { ContinuedLine } from './dialect/logical-lines.ts';
import { adviceFor } from './foreign-options.ts';
import type { Place } from './model/model.ts';
import { optionNames, SECTION_KINDS, type SectionKind } from './options/section-kinds.ts';
import { addError, addWarning, type Problems } from './problems.ts';
import { type RawConfig, type RawOption, type RawSection, showPlace } from './read/raw.ts';

export function reportUnknownWords(config: RawConfig, problems: Problems): void {
  for (const section of config.sections) {
    const kind = kindOf(section);
    if (kind === null) {
      report(problems, section.place, `unknown section [${section.name}] (${showPlace(section.place)})${sectionHint(section)}`);
      continue;
    }
    const known = optionNames(kind);
    if (known !== null) reportUnknownOptions(section.options, { known, kind: kind.kind, section: section.name }, problems);
  }
  const all = new Set(SECTION_KINDS.flatMap((kind) => [...(optionNames(kind) ?? [])]));
  reportUnknownOptions(config.defaults, { known: all, kind: 'DEFAULT', section: 'DEFAULT' }, problems);
}

/** Warns of indented lines that hold an option of their section: they belong to the value above, and the option is not set. */
export function reportContinuedLines(file: string, lines: readonly ContinuedLine[], problems: Problems): void {
  for (const { section, option, key, line } of lines) {
    const word = section.replace(/:.*/, '');
    const kind = kindOf({ name: section, kind: problems.personality === 'tsinit' && word === 'tsinit' ? 'supervisord' : word });
    if (kind === null || optionNames(kind)?.has(key) !== true) continue;
    const place = { file, line };
    const sentence = `the line '${key}=...' in [${section}] (${showPlace(place)}) is indented, so it continues the value of ${option} and sets nothing`;
    addWarning(problems, place, { ours: `${sentence}; begin it at the left margin if it is an option`, peer: sentence });
  }
}

function kindOf(section: Pick<RawSection, 'name' | 'kind'>): SectionKind | null {
  const kind = SECTION_KINDS.find((candidate) => candidate.kind === section.kind);
  if (kind === undefined) return null;
  const hasLabel = section.name.includes(':');
  const fits = kind.label === 'optional' || (kind.label === 'required') === hasLabel;
  return fits ? kind : null;
}

type Expected = { readonly known: ReadonlySet<string>; readonly kind: string; readonly section: string };

function reportUnknownOptions(options: ReadonlyMap<string, RawOption>, { known, kind, section }: Expected, problems: Problems): void {
  for (const { key, place } of options.values()) {
    if (known.has(key)) continue;
    const sentence = `unknown option '${key}' in [${section}] (${showPlace(place)})`;
    // In supervisord's personality the file is to run as it stands: nobody is told to change it.
    report(problems, place, `${sentence}${(problems.personality === 'tsinit' ? advice(kind, key) : null) ?? nearestHint(key, known)}`);
  }
}

function advice(kind: string, key: string): string | null {
  const found = adviceFor(kind, key);
  return found === null ? null : `; ${found}`;
}

function nearestHint(key: string, known: ReadonlySet<string>): string {
  const near = nearest(key, known);
  return near === null ? '' : `; did you mean '${near}'?`;
}

function sectionHint(section: RawSection): string {
  const words = ['tsinit', ...SECTION_KINDS.map(({ kind }) => kind)];
  const word = words.includes(section.kind) ? section.kind : nearest(section.kind.toLowerCase(), words);
  if (word === null) return `; known are ${SECTION_KINDS.map(({ shown }) => shown).join(' ')}`;
  const needsLabel = SECTION_KINDS.some(({ kind, label }) => kind === word && label === 'required');
  return `; did you mean [${word}${needsLabel ? `:${section.label || 'name'}` : ''}]?`;
}

function report(problems: Problems, place: Place, sentence: string): void {
  const add = problems.personality === 'tsinit' ? addError : addWarning;
  add(problems, place, { ours: sentence, peer: sentence });
}
