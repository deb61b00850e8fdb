/**
 * The options of a verb (`tsinit run ...`): long ones with `=` or a blank in front of a value, letters with the value behind or attached. They
 * end at `--` or at the first word that is none. Says what was written; what values mean is each verb's affair.
 */
import { parseDurationMs } from '../base/duration.ts';
import { nearest } from '../base/nearest.ts';
import { fail, type Result, succeed } from '../base/result.ts';

/** Over 100 days: more is a typing mistake. */
const MOST_MS = 9_999_999_000;

export type VerbOption = {
  /** Without dashes. */
  readonly long: string;
  readonly letter: string | null;
  readonly takesValue: boolean;
};

export type VerbWords = {
  /** By long name; of an option given twice the last value. Without a value: the empty text. */
  readonly given: ReadonlyMap<string, string>;
  /** What follows the options. */
  readonly rest: readonly string[];
};

/** `argv`: behind the verb. The error is a sentence. */
export function readVerbOptions(verb: string, argv: readonly string[], table: readonly VerbOption[]): Result<VerbWords, string> {
  const given = new Map<string, string>();
  const words = [...argv];
  for (let word = words[0]; word?.startsWith('-') === true && word !== '-'; word = words[0]) {
    words.shift();
    if (word === '--') break;
    const { name, attached } = partsOf(word);
    const option = table.find(({ long, letter }) => (word.startsWith('--') ? long === name : letter === name));
    if (option === undefined) return fail(`${verb}: unknown option '${word}'${hint(name, table)}; see tsinit ${verb} --help`);
    if (!option.takesValue && attached !== null) return fail(`${verb}: option --${option.long} takes no value, got '${attached}'`);
    const value = option.takesValue ? (attached ?? words.shift()) : '';
    if (value === undefined) return fail(`${verb}: option --${option.long} needs a value; see tsinit ${verb} --help`);
    given.set(option.long, value);
  }
  return succeed({ given, rest: words });
}

function partsOf(word: string): { readonly name: string; readonly attached: string | null } {
  if (!word.startsWith('--')) return { name: word.charAt(1), attached: word.length > 2 ? word.slice(2).replace(/^=/, '') : null };
  const equals = word.indexOf('=');
  return equals === -1 ? { name: word.slice(2), attached: null } : { name: word.slice(2, equals), attached: word.slice(equals + 1) };
}

function hint(name: string, table: readonly VerbOption[]): string {
  const near =
    name.length > 1
      ? nearest(
          name,
          table.map(({ long }) => long),
        )
      : null;
  return near === null ? '' : `; did you mean '--${near}'?`;
}

/** What a duration of the command line may look like, for sentences that refuse one. */
export const RIGHT_DURATION = 'a time such as 10, 0.5, 500ms, 30s or 5m';

/** A time above 0 in milliseconds, or null. */
export function durationMsIn(text: string): number | null {
  const ms = parseDurationMs(text);
  return ms !== null && ms > 0 && ms <= MOST_MS ? ms : null;
}
