/**
 * The control interfaces: which surfaces there are, behind the servers that the configuration asks for. Imported when there is a server to
 * open, never before the first programs have been asked for.
 */
import type { Model, UserIdentity } from '../../config/model/model.ts';
import type { ControlServer } from '../../config/model/server-model.ts';
import type { Native } from '../../kernel/native.ts';
import { peerOf } from '../../kernel/sockets/peer.ts';
import { openSocketFile, removePlace } from '../../kernel/files/places.ts';
import type { SocketFile } from '../../kernel/files/places.ts';
import type { Surface } from '../../control/exchange.ts';
import type { ControlPort } from '../../control/port.ts';
import { createServers } from '../../control/http/servers.ts';
import { createSurfaces } from '../../control/surfaces.ts';
import type { Reign } from '../configuration/reign.ts';
import type { ReadingOptions } from '../configuration/configuration.ts';
import { createGroupControl } from './control-groups.ts';
import { createLogControl } from './control-logs.ts';
import { createEventStream } from '../../control/event-stream.ts';
import { createControlPort } from './control-port.ts';
import type { ControlPortParts } from './control-port.ts';

export type ControlParts = Pick<ControlPortParts, 'engine' | 'events' | 'reports' | 'inputs' | 'clock' | 'initPid' | 'notice'> & {
  readonly native: Native;
  readonly reign: Reign;
  readonly options: ReadingOptions;
  /** A request has been answered. */
  readonly onServed: () => void;
};

export type Control = {
  /** Opens what is new, closes what is gone. */
  readonly follow: (model: Model) => Promise<void>;
  /** At once: init ends us next. */
  readonly close: () => void;
};

export const createControl = (parts: ControlParts): Control => {
  const port = createControlPort({ ...parts, groups: createGroupControl(parts), logs: createLogControl(parts) });
  const surfaces: readonly Surface[] = [remade(port, () => createSurfaces(port)), createEventStream(port)];
  const { native, onServed } = parts;
  const files = { open: (server: SocketFile) => openSocketFile(native, 'stream', server), remove: (path: string) => removePlace(native, path) };
  const servers = createServers({ port, surfaces, peerOf: (fd) => peerOf(native, fd), files, onServed });
  return { follow: (model) => servers.apply(model.servers.map((server) => ownedBy(model.supervisor.user, server))), close: servers.close };
};

/** Surfaces whose commands are those of the configuration in force: whether it has supervisord's own may change. */
const remade = (port: ControlPort, make: () => readonly Surface[]): Surface => {
  let made: { readonly hasSupervisorMethods: boolean; readonly surfaces: readonly Surface[] } | null = null;
  return (exchange) => {
    const { hasSupervisorMethods } = port.about();
    if (made?.hasSupervisorMethods !== hasSupervisorMethods) made = { hasSupervisorMethods, surfaces: make() };
    return made.surfaces.some((surface) => surface(exchange));
  };
};

/** supervisord gives up root before it opens its socket: who was to be its user is who may use it. */
const ownedBy = (user: UserIdentity | null, server: ControlServer): ControlServer =>
  user === null || server.kind !== 'unix' || server.owner !== null ? server : { ...server, owner: { uid: user.uid, gid: user.gid } };
