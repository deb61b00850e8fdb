/**
 * The servers of the configuration in force: opened, changed at a reload, closed. One that cannot be opened is told about and tried again; the
 * programs run meanwhile.
 */
import type { ControlPort } from '../port.ts';
import type { Surface } from '../exchange.ts';
import { createConnections } from './connections.ts';
import { createGate, openGate } from './gate.ts';
import { type Listening, listen } from './listen.ts';
import { createServing } from './serve.ts';
import type { Peer, ServerSpec } from './server-spec.ts';

export type ServersParts = {
  readonly port: Pick<ControlPort, 'about' | 'notice'>;
  /** The first that knows a path serves it. */
  readonly surfaces: readonly Surface[];
  /** Who is at the other end of a connection to a unix socket; kernel/peer.ts knows. */
  readonly peerOf: (fd: number) => Peer | null;
};

export type Servers = {
  /** Opens what is new, closes what is gone, leaves the rest alone. Settles when each has been tried once. */
  readonly apply: (specs: readonly ServerSpec[]) => Promise<void>;
  readonly close: () => void;
};

export const createServers = ({ port, surfaces }: ServersParts): Servers => {
  const connections = createConnections();
  const serve = createServing({
    surfaces,
    serverName: port.about().personality === 'supervisord' ? 'Medusa/1.12' : 'tsinit',
    onInternalError: (error) =>
      port.notice('critical', `internal error, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  });
  const open = new Map<string, Listening & { ok: true }>();

  const start = async (spec: ServerSpec): Promise<void> => {
    const gate = spec.credentials === null ? openGate : createGate(spec.credentials);
    const listening = await listen(spec, (socket) => {
      const connection = connections.admit(socket);
      if (connection !== null) serve(socket, connection, gate);
    });
    if (listening.ok) open.set(keyOf(spec), listening);
    else port.notice('error', `cannot open [${spec.section}]: ${listening.message}`);
  };

  return {
    apply: async (specs) => {
      const wanted = new Map(specs.map((spec) => [keyOf(spec), spec]));
      for (const [key, listening] of open) {
        if (wanted.has(key)) continue;
        listening.close();
        open.delete(key);
      }
      for (const [key, spec] of wanted) if (!open.has(key)) await start(spec);
    },
    close: () => {
      for (const { close } of open.values()) close();
      open.clear();
    },
  };
};

/** Two equal specifications are one server. */
const keyOf = (spec: ServerSpec): string => JSON.stringify(spec);
