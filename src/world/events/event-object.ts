/** An event as an object for JSON, as docs/events.md has it: in the stream of a control interface, in notifications. */
import { eventName } from './event-names.ts';
import type { PublicEvent } from './public-events.ts';

/** Bytes as text, or coded where they are none. */
export type DataOf = (bytes: Uint8Array) => { readonly data: string } | { readonly base64: string };

/** `atMs`: since the epoch. */
export const eventObject = (event: PublicEvent, atMs: number, dataOf: DataOf): Readonly<Record<string, unknown>> => ({
  type: eventName(event),
  at: atMs / 1000,
  ...details(event, dataOf),
});

const details = (event: PublicEvent, dataOf: DataOf): Readonly<Record<string, unknown>> => {
  switch (event.type) {
    case 'processState': {
      const { fullName, group, name, pid, from, to, tries, isExpected, spawnError } = event.transition;
      const more = { ...(to === 'EXITED' ? { expected: isExpected } : {}), ...(spawnError === '' ? {} : { error: spawnError }) };
      return { process: fullName, group, name, pid, from, to, tries, ...more };
    }
    case 'processLog':
    case 'processCommunication': {
      const { group, name, pid, channel, data } = event;
      return { process: group === name ? name : `${group}:${name}`, group, name, pid, channel, ...dataOf(data) };
    }
    case 'remoteCommunication':
      return { kind: event.kind, data: event.data };
    case 'supervisorState':
      return {};
    case 'tick':
      return { when: event.whenSeconds };
    case 'processLimit': {
      const { group, name, pid, used, most, action } = event;
      return { process: group === name ? name : `${group}:${name}`, group, name, pid, used, limit: most, action };
    }
    case 'groupAdded':
    case 'groupRemoved':
      return { group: event.group };
  }
};
