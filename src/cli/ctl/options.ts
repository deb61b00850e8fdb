/** The client's own options, read as getopt does: they end at the first word that is none. */
import { fail, type Result, succeed } from '../../base/result.ts';
import { quoteLikePython } from '../../base/python-quote.ts';

export type Options = {
  readonly configuration: string | null;
  readonly serverUrl: string | null;
  readonly username: string | null;
  readonly password: string | null;
  readonly historyFile: string | null;
  readonly isInteractive: boolean;
  readonly isHelp: boolean;
  readonly words: readonly string[];
};

type Flag = { readonly short: string; readonly long: string; readonly takesValue: boolean };

const FLAGS: readonly Flag[] = [
  { short: 'c', long: 'configuration', takesValue: true },
  { short: 'h', long: 'help', takesValue: false },
  { short: 'i', long: 'interactive', takesValue: false },
  { short: 's', long: 'serverurl', takesValue: true },
  { short: 'u', long: 'username', takesValue: true },
  { short: 'p', long: 'password', takesValue: true },
  { short: 'r', long: 'history_file', takesValue: true },
];

/** Or what is wrong with them, as supervisorctl says it. */
export const readOptions = (argv: readonly string[]): Result<Options, string> => {
  const given = new Map<string, string>();
  const rest = [...argv];
  for (let word = rest[0]; word !== undefined && word.startsWith('-') && word !== '-'; word = rest[0]) {
    rest.shift();
    if (word === '--') break;
    const taken = word.startsWith('--') ? takeLong(word, rest) : takeShort(word, rest);
    if (!taken.ok) return taken;
    for (const { flag, typed, value } of taken.value) {
      if (flag.long === 'serverurl' && !isUrl(value))
        return fail(`invalid value for ${typed} ${quoteLikePython(value)}: value ${quoteLikePython(value)} is not a URL`);
      if (given.has(flag.long)) return fail(`conflicting command line option ${quoteLikePython(typed)}`);
      given.set(flag.long, value);
      if (flag.long === 'help') return succeed(optionsOf(given, []));
    }
  }
  return succeed(optionsOf(given, rest));
};

const optionsOf = (given: ReadonlyMap<string, string>, words: readonly string[]): Options => ({
  configuration: given.get('configuration') ?? null,
  serverUrl: given.get('serverurl') ?? null,
  username: given.get('username') ?? null,
  password: given.get('password') ?? null,
  historyFile: given.get('history_file') ?? null,
  isInteractive: given.has('interactive'),
  isHelp: given.has('help'),
  words,
});

const isUrl = (text: string): boolean => /^[A-Za-z][A-Za-z0-9+.-]*:\/\/./u.test(text);

type Given = { readonly flag: Flag; readonly typed: string; readonly value: string };

const takeLong = (word: string, rest: string[]): Result<readonly Given[], string> => {
  const [, name = '', attached] = /^--([^=]*)(?:=(.*))?$/su.exec(word) ?? [];
  const candidates = FLAGS.filter(({ long }) => long.startsWith(name));
  const flag = candidates.find(({ long }) => long === name) ?? candidates[0];
  if (flag === undefined) return fail(`option --${name} not recognized`);
  if (candidates.length > 1 && flag.long !== name) return fail(`option --${name} not a unique prefix`);
  const typed = `--${flag.long}`;
  if (!flag.takesValue) return attached === undefined ? succeed([{ flag, typed, value: '' }]) : fail(`option ${typed} must not have an argument`);
  const value = attached ?? rest.shift();
  return value === undefined ? fail(`option ${typed} requires argument`) : succeed([{ flag, typed, value }]);
};

const takeShort = (word: string, rest: string[]): Result<readonly Given[], string> => {
  const given: Given[] = [];
  for (let index = 1; index < word.length; index += 1) {
    const typed = `-${word.charAt(index)}`;
    const flag = FLAGS.find(({ short }) => short === (word.charAt(index) === '?' ? 'h' : word.charAt(index)));
    if (flag === undefined) return fail(`option ${typed} not recognized`);
    if (!flag.takesValue) {
      given.push({ flag, typed, value: '' });
      continue;
    }
    const value = word.slice(index + 1) || rest.shift();
    if (value === undefined) return fail(`option ${typed} requires argument`);
    given.push({ flag, typed, value });
    break;
  }
  return succeed(given);
};
