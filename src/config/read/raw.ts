/**
 * Sections and options as text, each with the place it was written: between the dialect and the typed values. Later
 * sections and options of the same name merge into earlier ones. Refuses to know which options exist.
 */
import type { Place } from '../model/model.ts';

export type RawOption = {
  readonly key: string;
  readonly text: string;
  readonly place: Place;
  /** Given on the command line by this flag, not in a file; such text is never expanded. */
  readonly flag?: string;
};

export type RawSection = {
  /** As written: `program:web`. */
  readonly name: string;
  /** In front of the first colon: `program`. */
  readonly kind: string;
  /** Behind it: `web`; empty without a colon. */
  readonly label: string;
  readonly place: Place;
  readonly options: ReadonlyMap<string, RawOption>;
};

export type RawConfig = {
  readonly main: string;
  /** Directory of the main file: what %(here)s stands for. */
  readonly here: string;
  readonly sections: readonly RawSection[];
  /** [DEFAULT]: stand-ins for options that a section does not set. */
  readonly defaults: ReadonlyMap<string, RawOption>;
  /** [program-default]: stand-ins for options that a program does not set; before [DEFAULT]. */
  readonly programDefaults: ReadonlyMap<string, RawOption>;
};

/** The option of a section, or what stands in for it. */
export function findOption(config: RawConfig, section: RawSection, key: string): RawOption | null {
  const isProgram = section.kind === 'program' || section.kind === 'fcgi-program';
  const forPrograms = isProgram ? config.programDefaults.get(key) : undefined;
  return section.options.get(key) ?? forPrograms ?? config.defaults.get(key) ?? null;
}

/** Where an option of a section was written, else where the section was. */
export function placeOfOption(config: RawConfig, section: RawSection, key: string): Place {
  return findOption(config, section, key)?.place ?? section.place;
}

/** `web.conf:7`, as messages name a place. */
export function showPlace(place: Place): string {
  return `${place.file}:${place.line}`;
}
