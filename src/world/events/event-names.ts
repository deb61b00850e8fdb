/** Names of events: what supervisord calls each, and which name stands for which others. */
import { EVENT_TYPES } from '../../config/values/event-types.ts';
import type { EventType } from '../../config/values/event-types.ts';
import type { Channel, PublicEvent } from './public-events.ts';

/** Names of types, concrete and abstract ones. */
export type WantedTypes = readonly EventType[];

export const EVERYTHING: WantedTypes = ['EVENT'];

/** The concrete type under which an event is delivered. */
export const eventName = (event: PublicEvent): EventType => {
  switch (event.type) {
    case 'processState':
      return `PROCESS_STATE_${event.transition.to}`;
    case 'processLog':
      return `PROCESS_LOG_${CHANNELS[event.channel]}`;
    case 'processCommunication':
      return `PROCESS_COMMUNICATION_${CHANNELS[event.channel]}`;
    case 'remoteCommunication':
      return 'REMOTE_COMMUNICATION';
    case 'supervisorState':
      return `SUPERVISOR_STATE_CHANGE_${event.state}`;
    case 'tick':
      return `TICK_${event.period}`;
    case 'processLimit':
      return event.limit === 'memory' ? 'PROCESS_LIMIT_MEMORY' : 'PROCESS_LIMIT_CPU';
    case 'groupAdded':
      return 'PROCESS_GROUP_ADDED';
    case 'groupRemoved':
      return 'PROCESS_GROUP_REMOVED';
  }
};

const CHANNELS = { stdout: 'STDOUT', stderr: 'STDERR' } as const satisfies Record<Channel, string>;

/** Does who asked for `wanted` hear of `name`? An abstract type stands for all that begin with it, EVENT for everything. */
export const isWanted = (wanted: WantedTypes, name: EventType): boolean =>
  wanted.some((type) => type === name || type === 'EVENT' || name.startsWith(`${type}_`));

/** Types by name, in any case, with commas between. */
export const findEventTypes = (text: string): { readonly ok: true; readonly types: WantedTypes } | { readonly ok: false; readonly unknown: string } => {
  const names = text
    .split(',')
    .map((part) => part.trim().toUpperCase())
    .filter((part) => part !== '');
  const unknown = names.find((name) => !isEventType(name));
  return unknown === undefined ? { ok: true, types: names.filter(isEventType) } : { ok: false, unknown };
};

const isEventType = (name: string): name is EventType => EVENT_TYPES.some((type) => type === name);
