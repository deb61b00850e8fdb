/** Names of events: what supervisord calls each, and which name stands for which others. */
import type { EventType } from '../config/values/event-types.ts';
import type { Channel, PublicEvent } from './public-events.ts';

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
    case 'groupAdded':
      return 'PROCESS_GROUP_ADDED';
    case 'groupRemoved':
      return 'PROCESS_GROUP_REMOVED';
  }
};

const CHANNELS = { stdout: 'STDOUT', stderr: 'STDERR' } as const satisfies Record<Channel, string>;

/** Does who asked for `wanted` hear of `name`? An abstract type stands for all that begin with it, EVENT for everything. */
export const isWanted = (wanted: readonly EventType[], name: EventType): boolean =>
  wanted.some((type) => type === name || type === 'EVENT' || name.startsWith(`${type}_`));
