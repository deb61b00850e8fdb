/**
 * One server of the configuration, from its first try to listen to its end. One that cannot be opened is told about and tried again: programs
 * run already, what is in the way may go away, and they need no control to run.
 */
import type { Socket } from 'node:net';
import type { About } from '../port.ts';
import type { Connection } from './connection.ts';
import type { Connections } from './connections.ts';
import type { Gate } from './gate.ts';
import { listen, type SocketFiles } from './listen.ts';
import { addressOf, failureText, type Failure } from './problems.ts';
import type { ServerSpec } from './server-spec.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export type ServerParts = {
  readonly personality: About['personality'];
  readonly notice: (level: 'critical' | 'error' | 'info', text: string) => void;
  readonly connections: Connections;
  readonly files: SocketFiles;
  /** Null: not let in. */
  readonly door: (socket: Socket) => Gate | null;
  readonly serve: (socket: Socket, connection: Connection, gate: Gate) => void;
};

export type Server = {
  /** The first try is over. */
  readonly ready: Promise<void>;
  /** Requests under way are answered; nothing follows. */
  readonly close: () => void;
};

export const openServer = (spec: ServerSpec, parts: ServerParts): Server => {
  const own = new Set<Connection>();
  let closeListener = (): void => {};
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  const onConnection = (socket: Socket): void => {
    const connection = parts.connections.admit(socket);
    if (connection === null) return;
    const gate = parts.door(socket);
    if (gate === null) return connection.refuse(403);
    own.add(connection);
    socket.once('close', () => void own.delete(connection));
    parts.serve(socket, connection, gate);
  };
  const attempt = async (pauseMs: number, before: string | null): Promise<void> => {
    const listening = await listen(spec, parts.files, onConnection);
    if (isClosed) return listening.ok ? listening.close() : undefined;
    if (!listening.ok) {
      const text = sayWhy(listening, before);
      timer = setTimeout(() => void attempt(Math.min(LONGEST_PAUSE_MS, pauseMs * 2), text), pauseMs);
      return;
    }
    closeListener = listening.close;
    if (before !== null) parts.notice('info', `[${spec.section}] is open now at ${addressOf(spec)}`);
  };
  /** Once for each reason. */
  const sayWhy = (failure: Failure, before: string | null): string => {
    const text = failureText(spec, failure, parts.personality);
    if (text !== before) parts.notice(parts.personality === 'supervisord' ? 'critical' : 'error', text);
    if (before === null) parts.notice('info', `the programs run on; opening [${spec.section}] is tried again until it succeeds`);
    return text;
  };

  return {
    ready: attempt(FIRST_PAUSE_MS, null),
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      closeListener();
      for (const connection of own) connection.retire();
    },
  };
};
