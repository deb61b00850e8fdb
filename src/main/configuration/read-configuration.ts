/** Command line and files -> model or problems; the same for a start, for `check` and for a takeover. */
import { parseCommandLine } from '../../config/command-line.ts';
import { load } from '../../config/read/load.ts';
import type { ConfigWorld, LoadResult } from '../../config/model/model.ts';
import { searchPaths } from '../../config/read/search-paths.ts';
import type { Personality } from '../../config/model/settings.ts';

export type ConfigurationRead = { readonly result: LoadResult; readonly personality: Personality };

/** `argv` without the program's name, `personality` the one that the program's name implies. */
export const readConfiguration = (argv: readonly string[], personality: Personality, world: ConfigWorld): ConfigurationRead => {
  const plain = withoutCompat(argv);
  const spoken = plain.length < argv.length ? 'supervisord' : personality;
  const parsed = parseCommandLine(plain, spoken);
  if (!parsed.ok) return bad(parsed.error, spoken);
  const asked = parsed.value;
  if (asked.kind !== 'supervise') return bad(`--${asked.kind} is answered without a configuration`, personality);
  const paths = asked.configuration === null ? searchPaths(asked.personality) : [asked.configuration];
  return { result: load(world, paths, asked), personality: asked.personality };
};

/** Taken out first: a command line with a mistake has said as whom to answer, too. */
const withoutCompat = (argv: readonly string[]): readonly string[] => {
  const at = argv.findIndex((word, index) => word === '--compat=supervisord' || (word === '--compat' && argv[index + 1] === 'supervisord'));
  return at === -1 ? argv : argv.toSpliced(at, argv[at] === '--compat' ? 2 : 1);
};

const bad = (message: string, personality: Personality): ConfigurationRead => ({
  result: { ok: false, problems: [{ severity: 'error', place: null, message }] },
  personality,
});
