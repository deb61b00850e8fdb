/** Servers with surfaces of the test's own, and a client that sends any bytes. */
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Surface } from '../../../src/control/exchange.ts';
import type { SocketFiles } from '../../../src/control/http/listen.ts';
import { LIMITS, type Limits } from '../../../src/control/http/limits.ts';
import type { InetServer, Peer, ServerSpec, UnixServer } from '../../../src/control/http/server-spec.ts';
import { createServers, type Servers } from '../../../src/control/http/servers.ts';
import type { About } from '../../../src/control/port.ts';
import { loadNative } from '../../../src/kernel/load-native.ts';
import { openSocketFile, removePlace } from '../../../src/kernel/files/places.ts';
import { addonPath } from '../../logs/support/real.ts';
import { temporaryFolder } from '../../support/container.ts';

export type Notice = { readonly level: string; readonly text: string };

export type OpenOptions = {
  readonly personality?: About['personality'];
  readonly limits?: Partial<Limits>;
  readonly peerOf?: (fd: number) => Peer | null;
};

export type Opened = { readonly servers: Servers; readonly notices: readonly Notice[] };

const about: About = { identifier: 'supervisor', version: '0', pid: 1, personality: 'tsinit', hasSupervisorMethods: true };

const native = loadNative(await addonPath());
export const socketFiles: SocketFiles = { open: (server) => openSocketFile(native, 'stream', server), remove: (path) => removePlace(native, path) };

/** Opens servers for the length of a test. */
export const openServers = async (
  t: TestContext,
  specs: readonly ServerSpec[],
  surfaces: readonly Surface[],
  { personality = 'tsinit', limits = {}, peerOf = () => null }: OpenOptions = {},
): Promise<Opened> => {
  const notices: Notice[] = [];
  const port = { about: () => ({ ...about, personality }), notice: (level: string, text: string) => void notices.push({ level, text }) };
  const servers = createServers({ port, surfaces, peerOf, files: socketFiles, limits: { ...LIMITS, ...limits } });
  t.after(() => servers.close());
  await servers.apply(specs);
  return { servers, notices };
};

export const unixServer = (t: TestContext, more: Partial<UnixServer> = {}): UnixServer => ({
  kind: 'unix',
  section: 'unix_http_server',
  path: join(temporaryFolder(t), 'socket'),
  mode: 0o700,
  owner: null,
  credentials: null,
  access: 'admin',
  otherLogins: [],
  ...more,
});

export const inetServer = (port: number, more: Partial<InetServer> = {}): InetServer => ({
  kind: 'inet',
  section: 'inet_http_server',
  host: '127.0.0.1',
  port,
  credentials: null,
  access: 'admin',
  otherLogins: [],
  allowUnauthenticated: false,
  ...more,
});

/** Answers with what it was asked. */
export const echo: Surface = (exchange) => {
  const { method, path, query, access } = exchange;
  if (path.startsWith('/body')) {
    void exchange.body().then((body) => exchange.reply({ status: 200, type: 'text/plain', body }));
    return true;
  }
  if (!path.startsWith('/echo')) return false;
  exchange.reply({ status: 200, type: 'text/plain', body: JSON.stringify({ method, path, query: query.toString(), access }) });
  return true;
};

/** Everything that comes back until the server ends the connection. */
export const ask = (to: NetConnectOpts, ...pieces: readonly (string | Uint8Array)[]): Promise<string> => {
  const socket = connect(to);
  for (const piece of pieces) socket.write(piece);
  return readAll(socket);
};

export const readAll = (socket: Socket): Promise<string> => {
  const { promise, resolve } = Promise.withResolvers<string>();
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (piece: string) => {
    text += piece;
  });
  socket.on('error', () => {});
  socket.once('close', () => resolve(text));
  return promise;
};

export const basic = (login: string): string => `Authorization: Basic ${Buffer.from(login).toString('base64')}\r\n`;
