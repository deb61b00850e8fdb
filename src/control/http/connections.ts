/**
 * All connections of all servers: how many there may be, and how much memory they may hold together. Cuts off whoever holds the most, and
 * knows nothing of requests.
 */
import type { Socket } from 'node:net';
import { type Connection, hold } from './connection.ts';
import type { Limits } from './limits.ts';

export type Connections = {
  /** Null: refused, which it has been told. */
  readonly admit: (socket: Socket) => Connection | null;
};

export const createConnections = (limits: Limits, serverName: string): Connections => {
  const all = new Set<Connection>();
  const sum = (bytesOf: (connection: Connection) => number): number => {
    let total = 0;
    for (const connection of all) total += bytesOf(connection);
    return total;
  };
  const shared = {
    limits,
    serverName,
    hasRoom: (bytes: number) => sum((connection) => connection.reservedBytes()) + bytes <= limits.bodiesBytes,
    onAnswer: () => {
      if (sum(waitingBytes) <= limits.waitingBytes) return;
      const [worst] = [...all].sort((left, right) => waitingBytes(right) - waitingBytes(left));
      worst?.socket.destroy();
    },
  };
  return {
    admit: (socket) => {
      if (all.size >= limits.connections + limits.refused) {
        socket.destroy();
        return null;
      }
      const isRefused = all.size >= limits.connections && !giveWay(all, limits.silentMs);
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
const giveWay = (all: Iterable<Connection>, allowedMs: number): boolean => {
  const silentMs = performance.now() - allowedMs;
  const idle = [...all].filter((connection) => connection.doing() === 'idle' || (connection.doing() === 'head' && connection.sinceMs() < silentMs));
  const [longest] = idle.sort((left, right) => left.sinceMs() - right.sinceMs());
  longest?.socket.destroy();
  return longest !== undefined;
};

const waitingBytes = (connection: Connection): number => connection.waitingBytes();
