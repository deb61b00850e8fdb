/** `GET /events`: what happens from now on, one JSON object per line, until the client goes away. `?type=PROCESS_STATE,TICK_60` chooses. */
import { Buffer } from 'node:buffer';
import { eventName, findEventTypes } from '../services/event-names.ts';
import type { PublicEvent } from '../services/public-events.ts';
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
  const end = port.onEvent((event) => void stream.write(`${JSON.stringify(eventObject(event, nowMs()))}\n`), found.types);
  exchange.onGone(end);
};

const refuse = (exchange: Exchange, status: number, text: string, headers: Readonly<Record<string, string>> = {}): void =>
  exchange.reply({ status, type: 'text/plain; charset=utf-8', headers, body: `${text}\n` });

/** An event as docs/events.md has it. */
export const eventObject = (event: PublicEvent, atMs: number): Readonly<Record<string, unknown>> => ({
  type: eventName(event),
  at: atMs / 1000,
  ...details(event),
});

const details = (event: PublicEvent): Readonly<Record<string, unknown>> => {
  switch (event.type) {
    case 'processState': {
      const { fullName, group, name, pid, from, to, tries, isExpected, spawnError } = event.transition;
      const more = { ...(to === 'EXITED' ? { expected: isExpected } : {}), ...(spawnError === '' ? {} : { error: spawnError }) };
      return { process: fullName, group, name, pid, from, to, tries, ...more };
    }
    case 'processLog':
    case 'processCommunication': {
      const { group, name, pid, channel, data } = event;
      return { process: group === name ? name : `${group}:${name}`, group, name, pid, channel, ...textOf(data) };
    }
    case 'remoteCommunication':
      return { kind: event.kind, data: event.data };
    case 'supervisorState':
      return {};
    case 'tick':
      return { when: event.whenSeconds };
    case 'groupAdded':
    case 'groupRemoved':
      return { group: event.group };
  }
};

/** Bytes that are no text (or half of a character) keep their value. */
const textOf = (data: Uint8Array): { readonly data: string } | { readonly base64: string } => {
  try {
    return { data: strict.decode(data) };
  } catch {
    return { base64: Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64') };
  }
};

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
