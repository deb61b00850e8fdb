/** Types of events that a listener may ask for, as supervisord names them. A type stands for all below it. */
import { nearest } from '../../base/nearest.ts';
import { succeed } from '../../base/result.ts';
import { splitList } from './text/name.ts';
import { refuse, type ValueType } from './value-type.ts';

export const EVENT_TYPES = [
  'EVENT',
  'PROCESS_STATE',
  'PROCESS_STATE_STOPPED',
  'PROCESS_STATE_EXITED',
  'PROCESS_STATE_STARTING',
  'PROCESS_STATE_STOPPING',
  'PROCESS_STATE_BACKOFF',
  'PROCESS_STATE_FATAL',
  'PROCESS_STATE_RUNNING',
  'PROCESS_STATE_UNKNOWN',
  'PROCESS_COMMUNICATION',
  'PROCESS_COMMUNICATION_STDOUT',
  'PROCESS_COMMUNICATION_STDERR',
  'PROCESS_LOG',
  'PROCESS_LOG_STDOUT',
  'PROCESS_LOG_STDERR',
  'REMOTE_COMMUNICATION',
  'SUPERVISOR_STATE_CHANGE',
  'SUPERVISOR_STATE_CHANGE_RUNNING',
  'SUPERVISOR_STATE_CHANGE_STOPPING',
  'TICK',
  'TICK_5',
  'TICK_60',
  'TICK_3600',
  'PROCESS_LIMIT',
  'PROCESS_LIMIT_MEMORY',
  'PROCESS_LIMIT_CPU',
  'PROCESS_GROUP',
  'PROCESS_GROUP_ADDED',
  'PROCESS_GROUP_REMOVED',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

export const eventTypes: ValueType<readonly EventType[]> = {
  name: 'event types',
  read: (text, scope) => {
    const wanted = new Set<EventType>();
    for (const part of splitList(text, scope)) {
      const name = part.toUpperCase();
      const found = EVENT_TYPES.find((type) => type === name);
      if (found !== undefined) {
        wanted.add(found);
      } else {
        const near = nearest(name, EVENT_TYPES);
        return refuse(
          `there is no event type ${name}${near === null ? '; write one as in PROCESS_STATE' : `; did you mean ${near}?`}`,
          `Unknown event type ${name}`,
        );
      }
    }
    return succeed([...wanted]);
  },
};
