/** [inet_http_server] and [unix_http_server] into the control interfaces of the model. */
import type { ControlServer, Credentials } from '../model.ts';
import type { Names } from '../names.ts';
import { inetServerOptions, unixServerOptions } from '../options/server-options.ts';
import { addError } from '../problems.ts';
import { type RawSection, showPlace } from '../raw.ts';
import { type ReadContext, readOptions } from '../read-options.ts';
import { absolutePath, expandHome } from '../values/paths.ts';

/** All control interfaces, in the order they are to be opened: TCP first. */
export function buildServers(context: ReadContext, names: Names): readonly ControlServer[] {
  const { sections } = context.config;
  const inet = sections.filter(({ kind }) => kind === 'inet_http_server').map((section) => buildInet(context, section, names));
  const unix = sections.filter(({ kind }) => kind === 'unix_http_server').map((section) => buildUnix(context, section, names));
  return [...inet, ...unix].filter((server) => server !== null);
}

function buildInet(context: ReadContext, section: RawSection, names: Names): ControlServer | null {
  const values = readOptions(context, inetServerOptions, { section, names, peerNamesSection: false });
  if (values === null) return null;
  const { username, password, address } = values;
  const credentials = readCredentials(context, section, username, password);
  return { kind: 'inet', section: section.name, place: section.place, ...address, credentials };
}

function buildUnix(context: ReadContext, section: RawSection, names: Names): ControlServer | null {
  const values = readOptions(context, unixServerOptions, { section, names, peerNamesSection: false });
  if (values === null) return null;
  const { username, password, path, ...rest } = values;
  const credentials = readCredentials(context, section, username, password);
  const absolute = absolutePath(expandHome(path, context.scope), context.scope.world.workingDirectory);
  return { kind: 'unix', section: section.name, place: section.place, ...rest, path: absolute, credentials };
}

/** Both or neither; an empty user name counts as no authentication. */
function readCredentials(context: ReadContext, section: RawSection, username: string | null, password: string | null): Credentials | null {
  if (username !== null && password !== null) return username === '' ? null : { username, password };
  if (username === null && password === null) return null;
  const lacking = username === null ? 'username' : 'password';
  addError(context.problems, section.place, {
    ours: `[${section.name}] (${showPlace(section.place)}) has no ${lacking}; write both username and password, or neither`,
    peer: `Section [${section.name}] contains incomplete authentication: If a username or a password is specified, both the username and password must be specified`,
  });
  return null;
}
