/**
 * From a connection to the surface that serves its requests, one after the other. Authenticates before anything else is looked at. A surface
 * that throws costs its client an answer 500, and nobody else anything.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Surface } from '../exchange.ts';
import type { Connection } from './connection.ts';
import { errorPage } from './error-page.ts';
import { exchangeOf, sendReply, targetOf } from './exchange-of.ts';
import type { Gate } from './gate.ts';
import type { Limits } from './limits.ts';

export type Serving = {
  readonly limits: Limits;
  readonly surfaces: readonly Surface[];
  /** For `Server:`. */
  readonly serverName: string;
  readonly onServed: () => void;
  readonly onInternalError: (error: unknown) => void;
};

type Asked = { readonly request: IncomingMessage; readonly response: ServerResponse; readonly connection: Connection; readonly gate: Gate };

/** Takes connections that others have accepted. */
export const createServing = (serving: Serving): ((socket: Socket, connection: Connection, gate: Gate) => void) => {
  const doors = new WeakMap<Socket, { readonly connection: Connection; readonly gate: Gate; readonly queue: Asked[] }>();
  const http = createServer({ maxHeaderSize: serving.limits.headBytes, requireHostHeader: false, keepAliveTimeout: 0 });

  const next = (queue: Asked[]): void => {
    const asked = queue[0];
    if (asked === undefined) return;
    asked.response.once('close', () => {
      queue.shift();
      serving.onServed();
      if (queue.length === 0) asked.connection.rests();
      else next(queue);
    });
    asked.connection.works();
    serve(serving, asked);
  };
  http.on('request', (request, response) => {
    const door = doors.get(request.socket);
    if (door === undefined || request.socket.destroyed) return;
    response.on('error', () => {});
    door.queue.push({ request, response, connection: door.connection, gate: door.gate });
    if (door.queue.length > serving.limits.pipelined) request.socket.destroy();
    else if (door.queue.length === 1) next(door.queue);
  });
  http.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const door = doors.get(socket as Socket);
    if (error.code === 'ECONNRESET' || door === undefined || door.queue.length > 0) socket.destroy();
    else door.connection.refuse(error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400);
  });
  http.on('connect', (_request, socket) => doors.get(socket as Socket)?.connection.refuse(400));

  return (socket, connection, gate) => {
    doors.set(socket, { connection, gate, queue: [] });
    http.emit('connection', socket);
  };
};

const serve = ({ surfaces, serverName, onInternalError }: Serving, { request, response, connection, gate }: Asked): void => {
  const exchanging = { request, response, connection, serverName };
  gate(request, (admission) => {
    if (!admission.ok) return sendReply(exchanging, admission.reply);
    const target = targetOf(request.url ?? '');
    if (target === null) return sendReply(exchanging, errorPage(request.url?.startsWith('/') === true ? 404 : 400));
    try {
      const exchange = exchangeOf(exchanging, target, admission);
      if (!surfaces.some((surface) => surface(exchange))) sendReply(exchanging, errorPage(404));
    } catch (error) {
      onInternalError(error);
      sendReply(exchanging, errorPage(500));
    }
  });
};
