/**
 * An Exchange out of Node's request and response: path and query, body within its limits, one answer. Knows nothing of who may do what.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import type { Exchange, Reply } from '../exchange.ts';
import type { Connection } from './connection.ts';
import { errorPage } from './error-page.ts';
import { UnreadStream } from './unread.ts';

export type Exchanging = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly connection: Connection;
  readonly serverName: string;
};

export type Target = { readonly path: string; readonly query: URLSearchParams };

/** Null for what names nothing: bad escapes, a way upwards, another scheme. */
export const targetOf = (url: string): Target | null => {
  const [whole = '', query = ''] = url.replace(/^https?:\/\/[^/?#]*/iu, '').split(/\?(.*)/su);
  const path = decoded(whole.replace(/#.*/su, ''));
  if (path === null || !path.startsWith('/') || path.includes('\0') || path.split('/').includes('..')) return null;
  return { path, query: new URLSearchParams(query) };
};

export const exchangeOf = (parts: Exchanging, target: Target, { access, who }: Pick<Exchange, 'access' | 'who'>): Exchange => {
  const { request, response, connection } = parts;
  return {
    method: request.method ?? '',
    ...target,
    header: (name) => headerOf(request, name),
    access,
    who,
    body: () => bodyOf(parts),
    reply: (reply) => sendReply(parts, reply),
    stream: ({ status, type, headers = {} }): Writable => {
      response.writeHead(status, { Server: parts.serverName, 'Content-Type': type, ...headers });
      response.flushHeaders();
      return new UnreadStream(response, connection);
    },
    onDone: (listener) => {
      if (response.destroyed) listener();
      else response.once('close', listener);
    },
    onGone: (listener) => {
      const tell = (): void => {
        if (!response.writableFinished) listener();
      };
      // A surface may ask late.
      if (response.destroyed) tell();
      else response.once('close', tell);
    },
  };
};

export const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : value;
};

/** One answer, after the body: who is still sending would not read it. */
export const sendReply = (parts: Exchanging, reply: Reply): void => {
  const { request, response, connection, serverName } = parts;
  if (response.headersSent || response.destroyed) return;
  if (bodyLength(request) > 0 && !request.readableEnded)
    return receive(
      parts,
      () => {},
      () => sendReply(parts, reply),
    );
  response.writeHead(reply.status, {
    Server: serverName,
    ...(reply.type === undefined ? {} : { 'Content-Type': reply.type }),
    'Content-Length': typeof reply.body === 'string' ? Buffer.byteLength(reply.body) : reply.body.length,
    ...reply.headers,
  });
  // Answers to requests that were sent ahead wait here, and not in the socket.
  response.once('close', connection.holds(typeof reply.body === 'string' ? Buffer.byteLength(reply.body) : reply.body.length));
  response.end(reply.body);
  connection.answers();
};

/** Settles with the body alone: after a refusal, or once the client has gone, there is nobody to go on for. */
const bodyOf = (parts: Exchanging): Promise<Uint8Array> => {
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  const pieces: Uint8Array[] = [];
  const { headers } = parts.request;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    sendReply(parts, errorPage(411));
    return promise;
  }
  receive(
    parts,
    (piece) => void pieces.push(piece),
    () => {
      parts.connection.works();
      resolve(pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces));
    },
  );
  return promise;
};

const receive = ({ request, connection }: Exchanging, onPiece: (piece: Uint8Array) => void, onEnd: () => void): void => {
  const length = bodyLength(request);
  if (length > connection.limits.bodyBytes) request.resume();
  // A body in chunks of unknown number is none that anybody here takes.
  if (length === Infinity) return connection.refuse(411);
  if (length > connection.limits.bodyBytes) return connection.refuse(413);
  if (!connection.reserve(length)) return connection.refuse(503);
  connection.receives();
  request.on('data', onPiece);
  request.on('end', onEnd);
};

const bodyLength = ({ headers }: IncomingMessage): number => (headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : Infinity);

const decoded = (text: string): string | null => {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
};
