/** The servers of the configuration in force: opened, changed at a reload, closed. What they share are limits and the memory of failed logins. */
import type { Surface } from '../exchange.ts';
import type { ControlPort } from '../port.ts';
import { createConnections } from './connections.ts';
import { createDoor } from './doors.ts';
import type { SocketFiles } from './listen.ts';
import { descriptorLimit, type Limits, limitsWithin } from './limits.ts';
import { createLogins } from './logins.ts';
import { warningText } from './problems.ts';
import { createServing } from './serve.ts';
import { openServer, type Server } from './server.ts';
import type { Peer, ServerSpec } from './server-spec.ts';
import { createSlowDown } from './slow-down.ts';
import { createSparing } from './sparing.ts';

export type ServersParts = {
  readonly port: Pick<ControlPort, 'about' | 'notice'>;
  /** The first that knows a path serves it. */
  readonly surfaces: readonly Surface[];
  /** Who is at the other end of a connection to a unix socket; kernel/sockets/peer.ts knows. */
  readonly peerOf: (fd: number) => Peer | null;
  readonly files: SocketFiles;
  /** A request has been answered. */
  readonly onServed?: () => void;
  readonly limits?: Limits;
};

export type Servers = {
  /** Opens what is new, closes what is gone, leaves the rest alone. Settles when each has been tried once. */
  readonly apply: (specs: readonly ServerSpec[]) => Promise<void>;
  /** Nobody else is let in; requests under way are answered. */
  readonly close: () => void;
};

export const createServers = ({ port, surfaces, peerOf, files, onServed = () => {}, limits = limitsWithin(descriptorLimit()) }: ServersParts): Servers => {
  const { personality } = port.about();
  const serverName = personality === 'supervisord' ? 'Medusa/1.12' : 'tsinit';
  const connections = createConnections(limits, serverName);
  const serve = createServing({
    limits,
    onServed,
    surfaces,
    serverName,
    onInternalError: (error) =>
      port.notice('critical', `internal error, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  });
  const nowMs = (): number => performance.now();
  const slowDown = createSlowDown(nowMs);
  const onFailure = createSparing((text) => port.notice('warn', text), nowMs);
  /** By what they are: two equal specifications are one server. */
  const open = new Map<string, Server>();

  const start = (spec: ServerSpec): Server => {
    const { credentials, access, otherLogins } = spec;
    const logins = credentials === null ? null : createLogins([{ ...credentials, access }, ...otherLogins]);
    const door = createDoor({ spec, logins, slowDown, peerOf, ownUid: process.geteuid?.() ?? 0, onFailure });
    const warning = personality === 'tsinit' ? warningText(spec) : null;
    if (warning !== null) port.notice('warn', warning);
    return openServer(spec, { personality, notice: port.notice, connections, files, door, serve });
  };

  return {
    apply: async (specs) => {
      const wanted = new Map(specs.map((spec) => [keyOf(spec), spec]));
      for (const [key, server] of open) {
        if (wanted.has(key)) continue;
        server.close();
        open.delete(key);
      }
      for (const [key, spec] of wanted) if (!open.has(key)) open.set(key, start(spec));
      await Promise.all([...open.values()].map(({ ready }) => ready));
    },
    close: () => {
      for (const { close } of open.values()) close();
      open.clear();
    },
  };
};

/** Lines move when a file is edited: that changes nothing. */
const keyOf = (spec: ServerSpec): string => JSON.stringify(spec, (name, value: unknown) => (name === 'place' ? undefined : value));
