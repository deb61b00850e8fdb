/**
 * What programs write, as events: their output where they are configured so, their messages between tokens. What event listeners write to
 * their standard output is heard by their pool instead, and never becomes an event itself.
 */
import type { EventTaps } from '../../logs/read/taps.ts';
import type { World } from '../../world/types.ts';
import type { Publisher } from './publisher.ts';

type Names = { readonly group: string; readonly name: string };

export const createEventTaps = (publisher: Publisher, world: () => World): EventTaps => {
  const isProtocol: EventTaps['isPrompt'] = (process, stream) => stream === 'stdout' && publisher.isListener(namesOf(process).group);
  const pidOf = (run: number): number => world().states.find((state) => state.run === run)?.lastPid ?? 0;

  return {
    hearerOf: (process, run, stream, { eventsEnabled }, pieceOf) => {
      const names = namesOf(process);
      if (isProtocol(process, stream)) {
        return (bytes, from, to) => {
          if (from < to) publisher.hear(names.group, names.name, run, bytes.subarray(from, to), pieceOf());
        };
      }
      if (!eventsEnabled) return null;
      let pid = 0;
      return (bytes, from, to) => {
        if (from === to || !publisher.wants(LOG_TYPES[stream])) return;
        if (pid === 0) pid = pidOf(run);
        publisher.publish({ type: 'processLog', ...names, pid, channel: stream, data: bytes.slice(from, to) });
      };
    },
    isPrompt: isProtocol,
    onMessage: (process, run, stream, message, { eventsEnabled }) => {
      if (!publisher.isHeard()) return;
      const about = { ...namesOf(process), pid: pidOf(run), channel: stream, data: message };
      // To supervisord a message is output, too.
      if (eventsEnabled && message.length > 0) publisher.publish({ type: 'processLog', ...about });
      publisher.publish({ type: 'processCommunication', ...about });
    },
  };
};

const LOG_TYPES = { stdout: 'PROCESS_LOG_STDOUT', stderr: 'PROCESS_LOG_STDERR' } as const;

/** Of a full name: `name`, or `group:name`. */
const namesOf = (process: string): Names => {
  const colon = process.indexOf(':');
  return colon < 0 ? { group: process, name: process } : { group: process.slice(0, colon), name: process.slice(colon + 1) };
};
