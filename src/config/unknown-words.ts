/**
 * Finds sections and options that nobody will read: mostly slips. An error under tsinit, which names the nearest known
 * word; a warning under supervisord, which lets them pass without a message.
 */
import { nearest } from '../base/nearest.ts';
import type { Place } from './model.ts';
import { optionNames, SECTION_KINDS, type SectionKind } from './options/section-kinds.ts';
import { addError, addWarning, type Problems } from './problems.ts';
import { type RawConfig, type RawOption, type RawSection, showPlace } from './raw.ts';

export function reportUnknownWords(config: RawConfig, problems: Problems): void {
  for (const section of config.sections) {
    const kind = kindOf(section);
    if (kind === null) {
      report(problems, section.place, `unknown section [${section.name}] (${showPlace(section.place)})${sectionHint(section)}`);
      continue;
    }
    const known = optionNames(kind);
    if (known !== null) reportUnknownOptions(section.options, known, section.name, problems);
  }
  const all = new Set(SECTION_KINDS.flatMap((kind) => [...(optionNames(kind) ?? [])]));
  reportUnknownOptions(config.defaults, all, 'DEFAULT', problems);
}

function kindOf(section: RawSection): SectionKind | null {
  const kind = SECTION_KINDS.find((candidate) => candidate.kind === section.kind);
  if (kind === undefined) return null;
  const hasLabel = section.name.includes(':');
  const fits = kind.label === 'optional' || (kind.label === 'required') === hasLabel;
  return fits ? kind : null;
}

function reportUnknownOptions(options: ReadonlyMap<string, RawOption>, known: ReadonlySet<string>, section: string, problems: Problems): void {
  for (const { key, place } of options.values()) {
    if (known.has(key)) continue;
    const near = nearest(key, known);
    const hint = near === null ? '' : `; did you mean '${near}'?`;
    report(problems, place, `unknown option '${key}' in [${section}] (${showPlace(place)})${hint}`);
  }
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
