/**
 * A listening socket for a server of the configuration. A unix socket gets its mode and owner under another name before anybody can connect to
 * it, and takes its place in one step; one that a killed container has left behind is replaced, one that somebody listens on is not.
 */
import { chmodSync, chownSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { type Failure, listeningHost } from './problems.ts';
import type { AbstractServer, InetServer, ServerSpec, UnixServer } from './server-spec.ts';

/** `port` in use, a folder that is missing: told by its code. */
export type Listening = { readonly ok: true; readonly close: () => void } | ({ readonly ok: false } & Failure);

export const listen = async (spec: ServerSpec, onConnection: (socket: Socket) => void): Promise<Listening> => {
  // As http servers do it: a client may end its side before it has its answer.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
  try {
    return { ok: true, close: await opening(server, spec) };
  } catch (error) {
    server.close();
    const { code = '', errno = 0, message } = error as NodeJS.ErrnoException;
    return { ok: false, code, number: Math.abs(errno), message };
  }
};

const opening = (server: Server, spec: ServerSpec): Promise<() => void> => {
  if (spec.kind === 'unix') return listenUnix(server, spec);
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
/** Nobody can connect before the mode has been set. */
const PRIVATE_UMASK = 0o777;

/** Numbers temporary names. */
let sockets = 0;

const listenUnix = async (server: Server, { path, mode, owner }: UnixServer): Promise<() => void> => {
  // Node tells a missing folder as missing permission.
  const folder = dirname(path);
  lstatSync(folder);
  if (Buffer.byteLength(path) > LONGEST_PATH_BYTES) throw failure('ENAMETOOLONG', 'too long');
  if (await isLive(path)) throw failure('EADDRINUSE', 'somebody listens there');
  const temporary = join(folder, `.${process.pid}.${++sockets}`);
  rmSync(temporary, { force: true });
  // listen() binds before it returns.
  const umask = process.umask(PRIVATE_UMASK);
  const open = opened(server, () => server.listen({ path: temporary, backlog: BACKLOG }));
  process.umask(umask);
  await open;
  if (owner !== null) giveTo(temporary, owner);
  chmodSync(temporary, mode);
  const { ino } = lstatSync(temporary);
  renameSync(temporary, path);
  return () => {
    if (lstatSync(path, { throwIfNoEntry: false })?.ino === ino) rmSync(path, { force: true });
    server.close();
  };
};

const giveTo = (path: string, { uid, gid }: NonNullable<UnixServer['owner']>): void => {
  try {
    chownSync(path, uid, gid);
  } catch (error) {
    throw failure('ECHOWN', `user ${uid}, group ${gid}: ${(error as NodeJS.ErrnoException).code}`);
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
