/** `GET /events`: what happens from now on, one JSON object per line, until the client goes away. `?type=PROCESS_STATE,TICK_60` chooses. */
import { Buffer } from 'node:buffer';
import { findEventTypes } from '../world/events/event-names.ts';
import { type DataOf, eventObject } from '../world/events/event-object.ts';
import type { Exchange, Surface } from './exchange.ts';
import type { ControlPort } from './port.ts';

const PATH = '/events';
const TYPE = 'application/x-ndjson; charset=utf-8';

export const createEventStream =
  (port: Pick<ControlPort, 'onEvent'>, nowMs: () => number = Date.now): Surface =>
  (exchange) => {
    if (exchange.path !== PATH) return false;
    serve(exchange, port, nowMs);
    return true;
  };

const serve = (exchange: Exchange, port: Pick<ControlPort, 'onEvent'>, nowMs: () => number): void => {
  if (exchange.method !== 'GET') return refuse(exchange, 405, `cannot serve ${exchange.method} ${PATH}: only GET`, { Allow: 'GET' });
  const found = findEventTypes(exchange.query.get('type') ?? 'EVENT');
  if (!found.ok) return refuse(exchange, 400, `cannot tell events of type ${found.unknown}: there is no such type`);
  const stream = exchange.stream({ status: 200, type: TYPE, headers: { 'Cache-Control': 'no-store' } });
  const end = port.onEvent((event) => void stream.write(`${JSON.stringify(eventObject(event, nowMs(), textOf))}\n`), found.types);
  exchange.onGone(end);
};

const refuse = (exchange: Exchange, status: number, text: string, headers: Readonly<Record<string, string>> = {}): void =>
  exchange.reply({ status, type: 'text/plain; charset=utf-8', headers, body: `${text}\n` });

/** Bytes that are no text (or half of a character) keep their value. */
export const textOf: DataOf = (data) => {
  try {
    return { data: strict.decode(data) };
  } catch {
    return { base64: Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64') };
  }
};

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
