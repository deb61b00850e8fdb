/**
 * All connections of all servers: how many there may be, and how much memory they may hold together. Cuts off whoever holds the most, and
 * knows nothing of requests.
 */
import type { Socket } from 'node:net';
import { type Connection, hold } from './connection.ts';

/** Beyond these a client is told to come again; supervisord's are bounded by its descriptors. */
const MOST_CONNECTIONS = 256;
/** Who is told so still needs a connection to hear it. */
const MOST_REFUSED = 64;
/** Whoever has connected and said nothing for so long gives way to others. */
const SILENT_MS = 2_000;
/** Of all bodies that are being received. */
const MOST_RESERVED_BYTES = 16 * 1024 * 1024;
/** Of all answers that wait for their readers. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

export type Connections = {
  /** Null: refused, which it has been told. */
  readonly admit: (socket: Socket) => Connection | null;
};

export const createConnections = (): Connections => {
  const all = new Set<Connection>();
  const sum = (bytesOf: (connection: Connection) => number): number => {
    let total = 0;
    for (const connection of all) total += bytesOf(connection);
    return total;
  };
  const shared = {
    hasRoom: (bytes: number) => sum((connection) => connection.reservedBytes()) + bytes <= MOST_RESERVED_BYTES,
    onAnswer: () => {
      if (sum(waitingBytes) <= MOST_WAITING_BYTES) return;
      const [worst] = [...all].sort((left, right) => waitingBytes(right) - waitingBytes(left));
      worst?.socket.destroy();
    },
  };
  return {
    admit: (socket) => {
      if (all.size >= MOST_CONNECTIONS + MOST_REFUSED) {
        socket.destroy();
        return null;
      }
      const isRefused = all.size >= MOST_CONNECTIONS && !giveWay(all);
      const connection = hold(socket, shared);
      all.add(connection);
      socket.once('close', () => void all.delete(connection));
      socket.on('error', () => {});
      if (isRefused) connection.refuse(503);
      return isRefused ? null : connection;
    },
  };
};

/** Ends the connection that is missed least: one between two requests, or one that has been silent since it came. */
const giveWay = (all: Iterable<Connection>): boolean => {
  const silentMs = performance.now() - SILENT_MS;
  const idle = [...all].filter((connection) => connection.doing() === 'idle' || (connection.doing() === 'head' && connection.sinceMs() < silentMs));
  const [longest] = idle.sort((left, right) => left.sinceMs() - right.sinceMs());
  longest?.socket.destroy();
  return longest !== undefined;
};

const waitingBytes = ({ socket }: Connection): number => socket.writableLength;
