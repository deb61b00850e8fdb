/**
 * What the client needs of a configuration: [supervisorctl] alone, without includes, as supervisorctl reads it. Other
 * sections may hold anything.
 */
import { findMain } from './find-main.ts';
import type { ClientSpec, ConfigWorld, Problem } from './model.ts';
import { NO_NAMES, overNames, overVariables } from './names.ts';
import { clientOptions } from './options/server-options.ts';
import { addError, collectProblems } from './problems.ts';
import { readOneFile } from './read-files.ts';
import { readOptions } from './read-options.ts';
import type { Personality } from './settings.ts';
import { absolutePath, expandHome } from './values/paths.ts';
import { readUserDatabase } from './values/users.ts';

export type ClientResult = { readonly ok: true; readonly client: ClientSpec } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads [supervisorctl] of the first of `paths` that exists. */
export function loadClient(world: ConfigWorld, paths: readonly string[], personality: Personality): ClientResult {
  const problems = collectProblems(personality);
  const main = findMain(world, paths, problems);
  if (main === null) return { ok: false, problems: problems.list };
  const config = readOneFile(world, main.path, main.text, problems);
  const section = config.sections.find(({ name }) => name === 'supervisorctl');
  if (section === undefined) {
    addError(
      problems,
      { file: main.path, line: 1 },
      {
        ours: `${main.path} has no [supervisorctl] section; write [supervisorctl] and serverurl=... below it`,
        peer: '.ini file does not include supervisorctl section',
      },
    );
    return { ok: false, problems: problems.list };
  }
  const scope = { world, personality, users: () => readUserDatabase(world) };
  const names = overVariables(overNames(NO_NAMES, { here: config.here }), world.environment);
  const values = readOptions({ config, scope, problems }, clientOptions, { section, names, peerNamesSection: false });
  if (values === null) return { ok: false, problems: problems.list };
  const { serverUrl, historyFile } = values;
  const socket = serverUrl.startsWith('unix://') ? serverUrl.slice('unix://'.length) : null;
  const path = (text: string): string => absolutePath(expandHome(text, scope), world.workingDirectory);
  return {
    ok: true,
    client: {
      ...values,
      serverUrl: socket === null ? serverUrl : `unix://${path(socket)}`,
      historyFile: historyFile === null ? null : path(historyFile),
    },
  };
}
