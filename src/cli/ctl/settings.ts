/**
 * Which server, as whom: from the options, else from the configuration. As supervisorctl the places are its own; tsinit ctl
 * looks first at what PID 1 was started with, so that inside a container it needs no words at all.
 */
import { parseCommandLine } from '../../config/command-line.ts';
import { type ClientResult, loadClient } from '../../config/read/load-client.ts';
import type { ConfigWorld } from '../../config/model/model.ts';
import { searchPaths } from '../../config/read/search-paths.ts';
import type { Personality } from '../../config/model/settings.ts';
import { absolutePath, expandHome } from '../../config/values/paths.ts';
import { readUserDatabase } from '../../config/values/machine/users.ts';
import { fail, type Result, succeed } from '../../base/result.ts';
import type { Options } from './options.ts';
import type { Target } from './shell/session.ts';

export type Settings = { readonly target: Target; readonly prompt: string; readonly historyFile: string | null };

export type Surroundings = {
  readonly world: ConfigWorld;
  /** Of PID 1, and where it runs; null when that cannot be seen. */
  readonly first: () => { readonly argv: readonly string[]; readonly directory: string } | null;
  /** Where the executable lies. */
  readonly programDirectory: string;
};

const DEFAULT_URL = 'http://localhost:9001';

/** Or why the configuration cannot be used. */
export const settingsOf = (options: Options, personality: Personality, around: Surroundings): Result<Settings, string> => {
  const read = readConfiguration(options, personality, around);
  // Who names the server needs no configuration; supervisorctl insists on a good one all the same.
  const isNeeded = personality === 'supervisord' || options.serverUrl === null || options.configuration !== null;
  if (read !== null && !read.ok && isNeeded) return fail(read.problems[0]?.message ?? 'the configuration cannot be read');
  const found = read?.ok === true ? read : null;
  const client = found?.client ?? null;
  const origin =
    options.serverUrl !== null
      ? 'given with -s'
      : found === null
        ? 'the default, for no configuration was found'
        : `of [${found.section}], ${found.place.file}:${found.place.line}`;
  return succeed({
    target: {
      url: options.serverUrl ?? client?.serverUrl ?? DEFAULT_URL,
      origin,
      username: options.username ?? client?.username ?? null,
      password: options.password ?? client?.password ?? null,
    },
    prompt: client?.prompt ?? (personality === 'tsinit' ? 'tsinit' : 'supervisor'),
    historyFile: options.historyFile === null ? (client?.historyFile ?? null) : pathOf(options.historyFile, personality, around.world),
  });
};

/** Null: there is none, which is no mistake. */
const readConfiguration = (options: Options, personality: Personality, around: Surroundings): ClientResult | null => {
  const { world } = around;
  if (options.configuration !== null) return loadClient(world, [options.configuration], personality);
  const paths = searchPaths(personality, personality === 'supervisord' ? around.programDirectory : null);
  const first = personality === 'tsinit' && options.serverUrl === null ? configurationOfFirst(around) : null;
  const path = [...(first === null ? [] : [first]), ...paths].find((each) => 'text' in world.readFile(each));
  return path === undefined ? null : loadClient(world, [path], personality);
};

/** The file that PID 1 was told to read, when PID 1 is one of us. */
const configurationOfFirst = ({ first }: Surroundings): string | null => {
  const seen = first();
  if (seen === null) return null;
  const [program = '', ...argv] = seen.argv;
  if (!/(?:^|\/)(?:tsinit|supervisord)$/u.test(program)) return null;
  const parsed = parseCommandLine(argv, 'tsinit');
  if (!parsed.ok || parsed.value.kind !== 'supervise' || parsed.value.configuration === null) return null;
  return absolutePath(parsed.value.configuration, seen.directory);
};

const pathOf = (text: string, personality: Personality, world: ConfigWorld): string =>
  absolutePath(expandHome(text, { world, personality, users: () => readUserDatabase(world) }), world.workingDirectory);
