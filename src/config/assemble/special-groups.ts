/** What makes a group of [fcgi-program:x] and [eventlistener:x] special: its socket, its events. */
import type { FcgiSocket, FileOwner, UserIdentity } from '../model/model.ts';
import type { Names } from '../model/names.ts';
import { DEFAULT_RESULT_HANDLER, fcgiOptions, listenerOptions } from '../options/group-options.ts';
import type { Values } from '../options/option.ts';
import { addError, addWarning } from '../problems.ts';
import { findOption, placeOfOption, type RawSection, showPlace } from '../read/raw.ts';
import { type ReadContext, readOptions } from '../read/read-options.ts';

const DEFAULT_MODE = 0o700;

/** The socket of a FastCGI group; without an owner of its own it belongs to the program's user. */
export function buildSocket(context: ReadContext, section: RawSection, names: Names, user: UserIdentity | null): FcgiSocket | null {
  const values = readOptions(context, fcgiOptions, { section, names, peerNamesSection: false });
  if (values === null) return null;
  const { address, backlog, owner, mode } = values;
  if (address.kind === 'unix') return { ...address, backlog, owner: owner ?? ownerFor(context, user), mode: mode ?? DEFAULT_MODE };
  if (owner === null && mode === null) return { ...address, backlog };
  const place = placeOfOption(context.config, section, owner === null ? 'socket_mode' : 'socket_owner');
  addError(context.problems, place, {
    ours: `socket_owner and socket_mode of [${section.name}] (${showPlace(place)}) need a unix socket; leave them out, or write socket=unix:///path`,
    peer: `socket_owner and socket_mode params should only be used with a Unix domain socket in [${section.name}] socket`,
  });
  return null;
}

function ownerFor(context: ReadContext, user: UserIdentity | null): FileOwner | null {
  return user === null || user.uid === context.scope.world.uid ? null : { uid: user.uid, gid: user.gid };
}

export type ListenerValues = Omit<Values<typeof listenerOptions>, 'resultHandler' | 'redirectStderr'>;

/** Events and buffer of a listener. */
export function readListener(context: ReadContext, section: RawSection, names: Names): ListenerValues | null {
  const values = readOptions(context, listenerOptions, { section, names, peerNamesSection: false });
  if (values === null) return null;
  const { resultHandler, redirectStderr, ...listener } = values;
  const complaints: (readonly [string, string, string])[] = [];
  if (listener.events.length === 0) {
    complaints.push(['events', 'is empty; write types as in PROCESS_STATE,TICK_60', `[${section.name}] section requires an "events" line`]);
  }
  if (listener.bufferSize < 1) {
    complaints.push(['buffer_size', 'must be at least 1', `[${section.name}] section sets invalid buffer_size (${listener.bufferSize})`]);
  }
  if (resultHandler !== DEFAULT_RESULT_HANDLER) {
    complaints.push([
      'result_handler',
      `is Python code, and tsinit runs without Python; leave it out, or let the listener itself do what is to be done with its results`,
      `${resultHandler} cannot be resolved within [${section.name}]`,
    ]);
  }
  if (redirectStderr) {
    complaints.push([
      'redirect_stderr',
      'must be false, for stdout carries the listener protocol',
      `[${section.name}] section sets redirect_stderr=true but this is not allowed because it will interfere with the eventlistener protocol`,
    ]);
  }
  for (const [option, why, peer] of complaints) {
    const place = placeOfOption(context.config, section, option);
    addError(context.problems, place, { ours: `${option} of [${section.name}] (${showPlace(place)}) ${why}`, peer });
  }
  return complaints.length === 0 ? listener : null;
}

/** Of the package supervisor-stdout: the listener hands over what programs have written, the handler prints it behind their names. */
const PRINTING_HANDLER = 'supervisor_stdout:event_handler';

/** Is its whole job one that tsinit does itself? Says so. */
export function isReplaced(context: ReadContext, section: RawSection): boolean {
  const option = findOption(context.config, section, 'result_handler');
  if (option?.text !== PRINTING_HANDLER) return false;
  const sentence =
    `[${section.name}] (${showPlace(section.place)}) is left out: log_format=prefix does its job; ` +
    'write stdout_logfile=/dev/stdout and log_format=prefix in the programs, in the place of stdout_events_enabled';
  addWarning(context.problems, option.place, { ours: sentence, peer: sentence });
  return true;
}
