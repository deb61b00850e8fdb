/**
 * Parses the arguments of supervise mode the way getopt_long does: short flags together or with their value attached,
 * long ones abbreviated as far as they stay unique, `=` or a blank in front of a value, `--` ends. Says what was asked,
 * and does nothing about it; values are checked when the configuration is read.
 */
import { nearest } from '../base/nearest.ts';
import { quoteLikePython } from '../base/python-quote.ts';
import { fail, type Result, succeed } from '../base/result.ts';
import { type Flag, FLAGS } from './flags.ts';
import type { Override, Personality } from './model/settings.ts';

export type Invocation =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'supervise';
      readonly personality: Personality;
      /** Null: look at the usual places. */
      readonly configuration: string | null;
      readonly overrides: readonly Override[];
    };

type Given = { readonly flag: Flag; readonly typed: string; readonly value: string };

/** What the arguments behind the program's name ask for, or one sentence on what is wrong with them. */
export function parseCommandLine(argv: readonly string[], personality: Personality): Result<Invocation, string> {
  const known = FLAGS.filter(({ isOurs }) => !isOurs || personality === 'tsinit');
  const given: Given[] = [];
  const rest = [...argv];
  while (rest.length > 0) {
    const word = rest.shift() as string;
    if (word === '--' || word === '-' || !word.startsWith('-')) {
      const positional = word === '--' ? rest : [word, ...rest];
      if (positional.length > 0) return fail(positionalSentence(positional, personality));
      break;
    }
    const taken = word.startsWith('--') ? takeLong(word, rest, known) : takeShort(word, rest, known);
    if (!taken.ok) return taken;
    given.push(...taken.value);
  }
  return judge(given, personality);
}

function judge(given: readonly Given[], personality: Personality): Result<Invocation, string> {
  const seen = new Set<Flag>();
  for (const { flag, typed } of given) {
    if (flag.long === 'help') return succeed({ kind: 'help' });
    if (flag.long === 'version') return succeed({ kind: 'version' });
    if (seen.has(flag)) return fail(`conflicting command line option ${quoteLikePython(typed)}`);
    seen.add(flag);
  }
  const compat = given.find(({ flag }) => flag.long === 'compat');
  if (compat !== undefined && compat.value !== 'supervisord') {
    return fail(`invalid value for --compat ${quoteLikePython(compat.value)}: write --compat supervisord`);
  }
  const overrides = given.flatMap(({ flag, typed, value }) =>
    flag.option === null ? [] : [{ option: flag.option, flag: typed, text: flag.value === null ? 'true' : value }],
  );
  const configuration = given.find(({ flag }) => flag.long === 'configuration')?.value ?? null;
  return succeed({ kind: 'supervise', personality: compat === undefined ? personality : 'supervisord', configuration, overrides });
}

function takeLong(word: string, rest: string[], known: readonly Flag[]): Result<readonly Given[], string> {
  const equals = word.indexOf('=');
  const name = word.slice(2, equals === -1 ? undefined : equals);
  const attached = equals === -1 ? null : word.slice(equals + 1);
  const candidates = known.filter(({ long }) => long.startsWith(name));
  const flag = candidates.find(({ long }) => long === name) ?? candidates[0];
  if (flag === undefined) return fail(`option --${name} not recognized${hint(name, known)}`);
  if (candidates.length > 1 && flag.long !== name) return fail(`option --${name} not a unique prefix`);
  const typed = `--${flag.long}`;
  if (flag.value === null) {
    return attached === null ? succeed([{ flag, typed, value: '' }]) : fail(`option ${typed} must not have an argument`);
  }
  const value = attached ?? rest.shift();
  return value === undefined ? fail(`option ${typed} requires argument`) : succeed([{ flag, typed, value }]);
}

/** `-nc FILE` is `-n -c FILE`; `-cFILE` too names a file. */
function takeShort(word: string, rest: string[], known: readonly Flag[]): Result<readonly Given[], string> {
  const given: Given[] = [];
  for (let index = 1; index < word.length; index++) {
    const letter = word.charAt(index);
    const typed = `-${letter}`;
    const flag = known.find(({ short }) => short === (letter === '?' ? 'h' : letter));
    if (flag === undefined) return fail(`option ${typed} not recognized`);
    if (flag.value === null) {
      given.push({ flag, typed, value: '' });
      continue;
    }
    const value = index + 1 < word.length ? word.slice(index + 1) : rest.shift();
    if (value === undefined) return fail(`option ${typed} requires argument`);
    given.push({ flag, typed, value });
    break;
  }
  return succeed(given);
}

function positionalSentence(words: readonly string[], personality: Personality): string {
  const sentence = `positional arguments are not supported: [${words.map(quoteLikePython).join(', ')}]`;
  return personality === 'tsinit' ? `${sentence}; to run a command, write: tsinit -- ${words.join(' ')}` : sentence;
}

function hint(name: string, known: readonly Flag[]): string {
  const near = nearest(
    name,
    known.map(({ long }) => long),
  );
  return near === null ? '' : `; did you mean --${near}?`;
}
