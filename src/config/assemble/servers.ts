/** [inet_http_server] and [unix_http_server] into the control interfaces of the model. */
import type { ControlServer, Credentials } from '../model/server-model.ts';
import type { Names } from '../model/names.ts';
import { inetServerOptions, unixServerOptions } from '../options/server-options.ts';
import type { Values } from '../options/option.ts';
import { addError } from '../problems.ts';
import { type RawSection, showPlace } from '../read/raw.ts';
import { type ReadContext, readOptions } from '../read/read-options.ts';
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
  const { address, allowUnauthenticated } = values;
  return { kind: 'inet', ...buildDoors(context, section, values), ...address, allowUnauthenticated };
}

function buildUnix(context: ReadContext, section: RawSection, names: Names): ControlServer | null {
  const values = readOptions(context, unixServerOptions, { section, names, peerNamesSection: false });
  if (values === null) return null;
  const { path, mode, owner } = values;
  const doors = buildDoors(context, section, values);
  if (path.startsWith('@') && path !== '@') return { kind: 'abstract', ...doors, name: path.slice(1) };
  return { kind: 'unix', ...doors, path: absolutePath(expandHome(path, context.scope), context.scope.world.workingDirectory), mode, owner };
}

type DoorValues = Pick<
  Values<typeof inetServerOptions>,
  'username' | 'password' | 'access' | 'operateUsername' | 'operatePassword' | 'readUsername' | 'readPassword'
>;

function buildDoors(context: ReadContext, section: RawSection, values: DoorValues): Pick<ControlServer, DoorField> {
  const credentials = readCredentials(context, section, '', values.username, values.password);
  const others = [
    { access: 'operate', login: readCredentials(context, section, 'operate_', values.operateUsername, values.operatePassword) },
    { access: 'read', login: readCredentials(context, section, 'read_', values.readUsername, values.readPassword) },
  ] as const;
  const otherLogins = others.flatMap(({ access, login }) => (login === null ? [] : [{ ...login, access }]));
  if (credentials === null && otherLogins.length > 0) reportNoMainLogin(context, section);
  return { section: section.name, place: section.place, credentials, access: values.access, otherLogins };
}

type DoorField = 'section' | 'place' | 'credentials' | 'access' | 'otherLogins';

/** Both or neither; an empty user name counts as no authentication. */
function readCredentials(context: ReadContext, section: RawSection, prefix: string, username: string | null, password: string | null): Credentials | null {
  if (username !== null && password !== null) return username === '' ? null : { username, password };
  if (username === null && password === null) return null;
  const lacking = `${prefix}${username === null ? 'username' : 'password'}`;
  addError(context.problems, section.place, {
    ours: `[${section.name}] (${showPlace(section.place)}) has no ${lacking}; write both ${prefix}username and ${prefix}password, or neither`,
    peer: `Section [${section.name}] contains incomplete authentication: If a username or a password is specified, both the username and password must be specified`,
  });
  return null;
}

/** Else everybody would have more access than those who log in. */
function reportNoMainLogin(context: ReadContext, section: RawSection): void {
  const sentence = `[${section.name}] (${showPlace(section.place)}) has logins for less access, and none for its own; write username and password, too`;
  addError(context.problems, section.place, { ours: sentence, peer: sentence });
}
