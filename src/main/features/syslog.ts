/** Wiring of the sockets on which tsinit takes syslog messages: init holds them, their lines go among the container's output. */
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Model } from '../../config/model/model.ts';
import type { Native } from '../../kernel/native.ts';
import type { Logs } from '../../logs/logs.ts';
import { createSyslogFrames } from '../../logs/syslog-in/syslog-frames.ts';
import { createSyslogLines } from '../../logs/syslog-in/syslog-lines.ts';
import type { SyslogLines } from '../../logs/syslog-in/syslog-lines.ts';
import { LONGEST_MESSAGE_BYTES, createSyslogReader } from '../../logs/syslog-in/syslog-reader.ts';
import { longestName } from '../configuration/reign.ts';
import type { SocketHolder } from './sockets.ts';

const MOST_CONNECTIONS = 256;
/** Of each socket, before the end: far more than any socket holds. Who goes on sending then does not keep the container. */
const LAST_BATCHES = 64;

export type SyslogParts = {
  readonly native: Native;
  readonly sockets: SocketHolder;
  readonly logs: Logs;
  /** In force. */
  readonly model: () => Model;
};

/** Returns what reads the datagrams that are there: before the end. What stands in connections then is lost. */
export const startSyslog = ({ native, sockets, logs, model }: SyslogParts): (() => void) => {
  /** By index of the sockets that are held: read them. */
  const readers = new Map<number, () => void>();
  const servers: Server[] = [];
  const { held } = sockets;
  let batches = 1;

  const look = (): SyslogLines => {
    const { logShape, stripAnsi } = model().supervisor;
    return createSyslogLines({ shape: logShape, width: longestName(model()), isStripped: stripAnsi }, Date.now);
  };

  const readDatagrams = (index: number, fd: number): void => {
    const reader = createSyslogReader(native, fd, look(), logs.put);
    const read = (): void => {
      if (readers.get(index) !== read) return;
      let result = reader.read();
      for (let count = 1; result === 'more' && count < batches; count += 1) result = reader.read();
      if (result === 'full') logs.whenRoom(read);
      else if (result === 'more') setImmediate(read);
      else held.arm(index, read);
    };
    readers.set(index, read);
    read();
  };

  /** Connections that there are stay when the list is held anew. */
  const serveStreams = (fd: number): void => {
    const lines = look();
    const server = createServer((connection) => receive(connection, lines, logs));
    server.maxConnections = MOST_CONNECTIONS;
    server.on('error', () => server.close());
    servers.push(server);
    server.listen({ fd });
  };

  sockets.onSyslog({
    letGo: () => {
      readers.clear();
      for (const server of servers.splice(0)) server.close();
    },
    opened: (socket, index) => {
      const fd = socket.kind === 'datagram' ? held.fdOf(index) : held.take(index);
      if (fd === null) return;
      if (socket.kind === 'datagram') readDatagrams(index, fd);
      else serveStreams(fd);
    },
  });
  return () => {
    batches = LAST_BATCHES;
    readers.forEach((read) => read());
  };
};

/** Without room for its messages a connection is not read on. */
const receive = (connection: Socket, linesOf: SyslogLines, logs: Logs): void => {
  const frames = createSyslogFrames(LONGEST_MESSAGE_BYTES);
  let waiting: Uint8Array[] = [];
  const putAll = (): void => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const lines = linesOf(next);
      if (lines.length > 0 && !logs.put(lines)) return logs.whenRoom(putAll);
      waiting.shift();
    }
    connection.resume();
  };
  const take = (messages: readonly Uint8Array[]): void => {
    waiting = [...waiting, ...messages];
    connection.pause();
    putAll();
  };
  connection.on('data', (chunk: Uint8Array) => take(frames.push(chunk)));
  connection.on('end', () => take(frames.end()));
  connection.on('error', () => connection.destroy());
};
