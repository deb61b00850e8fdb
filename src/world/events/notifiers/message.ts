/** An event as people read it: one sentence, for a webhook's `text`, a subject, a line of mail. */
import type { NotifierSpec } from '../../../config/model/notifier-model.ts';
import { eventName, isWanted } from '../event-names.ts';
import type { PublicEvent } from '../public-events.ts';
import type { Transition } from '../../show/views.ts';

/** Is the notifier to tell of it? */
export const isTold = ({ events, processes, tellsExpectedExits }: NotifierSpec, event: PublicEvent): boolean => {
  if (!isWanted(events, eventName(event))) return false;
  if (event.type === 'processState' && event.transition.to === 'EXITED' && event.transition.isExpected && !tellsExpectedExits) return false;
  return processes === null || processes.includes(processOf(event) ?? '');
};

/** `decode` makes text of what programs wrote. */
export const sentenceOf = (event: PublicEvent, decode: (bytes: Uint8Array) => string): string => {
  switch (event.type) {
    case 'processState':
      return stateSentence(event.transition);
    case 'processLog':
    case 'processCommunication':
      return `${nameOf(event)} says on ${event.channel}: ${decode(event.data)}`;
    case 'remoteCommunication':
      return `${event.kind}: ${event.data}`;
    case 'supervisorState':
      return event.state === 'RUNNING' ? 'everything is started' : 'everything is being stopped';
    case 'tick':
      return `still there (every ${event.period} seconds)`;
    case 'processLimit':
      return `${nameOf(event)} uses more than its ${event.limit}_limit: ${event.used} of ${event.most} ${event.limit === 'memory' ? 'bytes' : 'percent'}`;
    case 'groupAdded':
      return `${event.group} has been added`;
    case 'groupRemoved':
      return `${event.group} has been removed`;
  }
};

const stateSentence = ({ fullName, to, tries, spawnError, isExpected }: Transition): string => {
  const why = spawnError === '' ? '' : `: ${spawnError}`;
  switch (to) {
    case 'FATAL':
      return `${fullName} has failed for good${why}`;
    case 'BACKOFF':
      return `${fullName} could not be started (try ${tries})${why}`;
    case 'EXITED':
      return `${fullName} has ended${isExpected ? ' as expected' : ' unexpectedly'}${why}`;
    case 'STARTING':
    case 'RUNNING':
    case 'STOPPING':
    case 'STOPPED':
    case 'UNKNOWN':
      return `${fullName} is ${to}`;
  }
};

const processOf = (event: PublicEvent): string | null => {
  if (event.type === 'processState') return `${event.transition.group}:${event.transition.name}`;
  return 'name' in event ? `${event.group}:${event.name}` : null;
};

const nameOf = ({ group, name }: { readonly group: string; readonly name: string }): string => (group === name ? name : `${group}:${name}`);
