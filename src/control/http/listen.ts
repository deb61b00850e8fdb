/**
 * A listening socket for a server of the configuration. A unix socket has its mode and owner before anybody can reach it; one that a killed
 * container has left behind is replaced, one that somebody listens on is not.
 */
import { closeSync, lstatSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { type Failure, listeningHost } from './problems.ts';
import type { AbstractServer, InetServer, ServerSpec, UnixServer } from './server-spec.ts';

/** `port` in use, a folder that is missing: told by its code. */
export type Listening = { readonly ok: true; readonly close: () => void } | ({ readonly ok: false } & Failure);

/** What Node cannot do safely in folders that others may change; kernel/files/places.ts can. Both throw errors like Node's; ECHOWN: the owner is refused. */
export type SocketFiles = {
  /** Descriptor of a socket that listens. */
  readonly open: (server: Pick<UnixServer, 'path' | 'mode' | 'owner'>) => number;
  readonly remove: (path: string) => void;
};

export const listen = async (spec: ServerSpec, files: SocketFiles, onConnection: (socket: Socket) => void): Promise<Listening> => {
  // As http servers do it: a client may end its side before it has its answer.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
  try {
    return { ok: true, close: await opening(server, spec, files) };
  } catch (error) {
    server.close();
    const { code = '', errno = 0, message } = error as NodeJS.ErrnoException;
    return { ok: false, code, number: Math.abs(errno), message };
  }
};

const opening = (server: Server, spec: ServerSpec, files: SocketFiles): Promise<() => void> => {
  if (spec.kind === 'unix') return listenUnix(server, spec, files);
  return spec.kind === 'abstract' ? listenAbstract(server, spec) : listenInet(server, spec);
};

const listenAbstract = async (server: Server, { name }: AbstractServer): Promise<() => void> => {
  await opened(server, () => server.listen({ path: `\0${name}`, backlog: BACKLOG }));
  return () => void server.close();
};

const listenInet = async (server: Server, spec: InetServer): Promise<() => void> => {
  const { port } = spec;
  const host = listeningHost(spec);
  await opened(server, () => server.listen({ port, ...(host === null ? {} : { host }), backlog: BACKLOG }));
  return () => void server.close();
};

/** As supervisord's. */
const BACKLOG = 1024;
/** sun_path with its zero. */
const LONGEST_PATH_BYTES = 107;

const listenUnix = async (server: Server, spec: UnixServer, files: SocketFiles): Promise<() => void> => {
  const { path } = spec;
  if (Buffer.byteLength(path) > LONGEST_PATH_BYTES) throw failure('ENAMETOOLONG', 'too long');
  if (await isLive(path)) throw failure('EADDRINUSE', 'somebody listens there');
  const fd = files.open(spec);
  try {
    await opened(server, () => server.listen({ fd, backlog: BACKLOG }));
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  const made = fileAt(path);
  return () => {
    if (made !== null && fileAt(path) === made) removed(files, path);
    server.close();
  };
};

/** Which file it is, wherever it lies; null: none. */
const fileAt = (path: string): string | null => {
  const found = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
};

const removed = (files: SocketFiles, path: string): void => {
  try {
    files.remove(path);
  } catch {
    // Nothing is lost: the next start replaces it.
  }
};

const opened = async (server: Server, start: () => void): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.once('listening', resolve);
  start();
  await promise;
  server.off('error', reject);
  // Out of descriptors: whoever waits is served later.
  server.on('error', () => {});
};

/** Is there somebody behind the socket at that path? */
const isLive = (path: string): Promise<boolean> => {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return Promise.resolve(false);
  if (!found.isSocket()) return Promise.reject(failure('ENOTSOCK', 'a file that is no socket'));
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const probe = connect({ path });
  probe.once('connect', () => {
    probe.destroy();
    resolve(true);
  });
  probe.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED') resolve(false);
    else if (error.code === 'EAGAIN') resolve(true);
    else reject(error);
  });
  return promise;
};

const failure = (code: string, message: string): NodeJS.ErrnoException => Object.assign(new Error(message), { code });
