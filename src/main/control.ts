/**
 * The control interfaces: which surfaces there are, behind the servers that the configuration asks for. Imported when there is a server to
 * open, never before the first programs have been asked for.
 */
import type { ControlServer } from '../config/model.ts';
import type { Native } from '../kernel/native.ts';
import { peerOf } from '../kernel/peer.ts';
import type { Surface } from '../control/exchange.ts';
import { createServers } from '../control/http/servers.ts';
import { createSurfaces } from '../control/surfaces.ts';
import type { Reign } from './reign.ts';
import type { ReadingOptions } from './configuration.ts';
import { createGroupControl } from './control-groups.ts';
import { createLogControl } from './control-logs.ts';
import { createEventStream } from '../control/event-stream.ts';
import { createControlPort } from './control-port.ts';
import type { ControlPortParts } from './control-port.ts';

export type ControlParts = Pick<ControlPortParts, 'engine' | 'events' | 'inputs' | 'clock' | 'initPid' | 'notice'> & {
  readonly native: Native;
  readonly reign: Reign;
  readonly options: ReadingOptions;
};

export type Control = {
  /** Opens what is new, closes what is gone. */
  readonly follow: (servers: readonly ControlServer[]) => Promise<void>;
  /** At once: init ends us next. */
  readonly close: () => void;
};

export const createControl = (parts: ControlParts): Control => {
  const port = createControlPort({ ...parts, groups: createGroupControl(parts), logs: createLogControl(parts) });
  const surfaces: readonly Surface[] = [...createSurfaces(port), createEventStream(port)];
  const servers = createServers({ port, surfaces, peerOf: (fd) => peerOf(parts.native, fd) });
  return { follow: servers.apply, close: servers.close };
};
