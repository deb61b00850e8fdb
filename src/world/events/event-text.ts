/**
 * Events as listeners written for supervisord read them: a header line, then a payload of as many characters (not bytes) as the
 * header says. To the byte as supervisord writes them.
 */
import { quoteBytesLikePython } from '../../base/python-quote.ts';
import type { EventType } from '../../config/values/event-types.ts';
import type { PublicEvent } from './public-events.ts';
import type { Transition } from '../show/views.ts';

/** Text of UTF-8; null when the bytes are not. */
export type Decode = (bytes: Uint8Array) => string | null;

export type Envelope = {
  readonly identifier: string;
  readonly serial: number;
  readonly pool: string;
  readonly poolSerial: number;
  readonly name: EventType;
  readonly characters: number;
};

export const headerText = ({ identifier, serial, pool, poolSerial, name, characters }: Envelope): string =>
  `ver:3.0 server:${identifier} serial:${serial} pool:${pool} poolserial:${poolSerial} eventname:${name} len:${characters}\n`;

export const payloadText = (event: PublicEvent, decode: Decode): string => {
  switch (event.type) {
    case 'processState':
      return stateText(event.transition);
    case 'processLog':
      return `${processText(event)} pid:${event.pid} channel:${event.channel}\n${dataText(event.data, decode)}`;
    case 'processCommunication':
      return `${processText(event)} pid:${event.pid}\n${dataText(event.data, decode)}`;
    case 'remoteCommunication':
      return `type:${event.kind}\n${event.data}`;
    case 'supervisorState':
      return '';
    case 'tick':
      return `when:${event.whenSeconds}`;
    case 'processLimit':
      return `${processText(event)} pid:${event.pid} used:${event.used} limit:${event.most} action:${event.action}`;
    case 'groupAdded':
    case 'groupRemoved':
      return `groupname:${event.group}\n`;
  }
};

/** As Python counts them: a character beyond U+FFFF is one. */
export const countCharacters = (text: string): number => {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at += 1) {
    const isPair = (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
    if (isPair) count -= 1;
  }
  return count;
};

const stateText = (transition: Transition): string => {
  const start = `${processText(transition)} from_state:${transition.from}`;
  switch (transition.to) {
    case 'STARTING':
    case 'BACKOFF':
      return `${start} tries:${transition.tries}`;
    case 'RUNNING':
    case 'STOPPING':
    case 'STOPPED':
      return `${start} pid:${transition.pid}`;
    case 'EXITED':
      return `${start} expected:${Number(transition.isExpected)} pid:${transition.pid}`;
    case 'FATAL':
    case 'UNKNOWN':
      return start;
  }
};

const processText = ({ name, group }: { readonly name: string; readonly group: string }): string => `processname:${name} groupname:${group}`;

const dataText = (data: Uint8Array, decode: Decode): string => decode(data) ?? `Undecodable: ${quoteBytesLikePython(data)}`;
