/**
 * What the client needs of a configuration: [supervisorctl] of the main file alone, as supervisorctl reads it. As tsinit also
 * without that section: then the server's own section says where it listens. Other sections may hold anything.
 */
import { buildServers } from '../assemble/servers.ts';
import { findMain } from './find-main.ts';
import type { ConfigWorld, Place, Problem } from '../model/model.ts';
import type { ClientSpec, ControlServer } from '../model/server-model.ts';
import { NO_NAMES, overNames, overVariables } from '../model/names.ts';
import { clientOptions } from '../options/server-options.ts';
import { addError, collectProblems, type Problems } from '../problems.ts';
import type { RawConfig, RawSection } from './raw.ts';
import { readFiles, readOneFile } from './read-files.ts';
import { readOptions, type ReadContext } from './read-options.ts';
import type { Personality } from '../model/settings.ts';
import { absolutePath, expandHome } from '../values/paths.ts';
import { readUserDatabase } from '../values/machine/users.ts';

export type ClientResult =
  /** `place`: of the section that says where the server is. */
  | { readonly ok: true; readonly client: ClientSpec; readonly section: string; readonly place: Place }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads the first of `paths` that exists. */
export function loadClient(world: ConfigWorld, paths: readonly string[], personality: Personality): ClientResult {
  const problems = collectProblems(personality);
  const main = findMain(world, paths, problems);
  if (main === null) return { ok: false, problems: problems.list };
  const config = readOneFile(world, main.path, main.text, problems);
  const section = config.sections.find(({ name }) => name === 'supervisorctl');
  const own = section === undefined ? null : ofSection(world, config, section, problems);
  if (personality === 'tsinit' && section?.options.has('serverurl') !== true && own?.ok !== false) {
    const server = findServer(world, main, collectProblems(personality));
    if (server !== null) return { ok: true, client: clientOf(server, own?.client ?? null), section: server.section, place: server.place };
  }
  if (own !== null) return own;
  addError(
    problems,
    { file: main.path, line: 1 },
    {
      ours: `${main.path} has neither a [supervisorctl] nor a [unix_http_server] section; write [unix_http_server] and file=/path/of/socket, and start tsinit with it`,
      peer: '.ini file does not include supervisorctl section',
    },
  );
  return { ok: false, problems: problems.list };
}

function contextOf(world: ConfigWorld, config: RawConfig, problems: Problems): ReadContext {
  return { config, scope: { world, personality: problems.personality, users: () => readUserDatabase(world) }, problems };
}

function ofSection(world: ConfigWorld, config: RawConfig, section: RawSection, problems: Problems): ClientResult {
  const context = contextOf(world, config, problems);
  const names = overVariables(overNames(NO_NAMES, { here: config.here }), world.environment);
  const values = readOptions(context, clientOptions, { section, names, peerNamesSection: false });
  if (values === null) return { ok: false, problems: problems.list };
  const { serverUrl, historyFile } = values;
  const socket = serverUrl.startsWith('unix://') ? serverUrl.slice('unix://'.length) : null;
  const path = (text: string): string => absolutePath(expandHome(text, context.scope), world.workingDirectory);
  return {
    ok: true,
    client: {
      ...values,
      serverUrl: socket === null || socket.startsWith('@') ? serverUrl : `unix://${path(socket)}`,
      historyFile: historyFile === null ? null : path(historyFile),
    },
    section: section.name,
    place: section.place,
  };
}

/** A unix socket before a port: it says who asks. What else is wrong with the files is not the client's affair. */
function findServer(world: ConfigWorld, main: { readonly path: string; readonly text: string }, problems: Problems): ControlServer | null {
  const { config } = readFiles(world, main.path, main.text, problems);
  const names = overVariables(overNames(NO_NAMES, { here: config.here }), world.environment);
  const servers = buildServers(contextOf(world, config, problems), names);
  return servers.find(({ kind }) => kind !== 'inet') ?? servers[0] ?? null;
}

function clientOf(server: ControlServer, own: ClientSpec | null): ClientSpec {
  // What stands there as a hash cannot be given.
  const login = server.credentials === null || /^(?:\{SHA\}|\$scrypt\$)/.test(server.credentials.password) ? null : server.credentials;
  return {
    serverUrl: urlOf(server),
    username: own?.username ?? login?.username ?? null,
    password: own?.password ?? login?.password ?? null,
    prompt: own?.prompt ?? 'tsinit',
    historyFile: own?.historyFile ?? null,
  };
}

function urlOf(server: ControlServer): string {
  if (server.kind === 'unix') return `unix://${server.path}`;
  return server.kind === 'abstract' ? `unix://@${server.name}` : `http://${hostOf(server.host)}:${server.port}`;
}

function hostOf(host: string | null): string {
  const bare = host ?? '';
  if (bare === '' || bare === '0.0.0.0' || bare === '::') return '127.0.0.1';
  return bare.includes(':') ? `[${bare}]` : bare;
}
