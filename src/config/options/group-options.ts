/** Options of [group:x], and what [fcgi-program:x] and [eventlistener:x] have beyond those of a program. */
import { fcgiAddress } from '../values/network/addresses.ts';
import { eventTypes } from '../values/event-types.ts';
import { owner } from '../values/machine/identity.ts';
import { count, integer, octal } from '../values/numbers.ts';
import { nameList } from '../values/text/name.ts';
import { plainText, withPeerWords } from '../values/value-type.ts';
import { boolean } from '../values/text/words.ts';
import { namedByPeer, option, optional, required } from './option.ts';
import { MOST_PRIORITY, programGroupOptions } from './program-options.ts';

/** The one handler there is; the option exists for files written for supervisord. */
export const DEFAULT_RESULT_HANDLER = 'supervisor.dispatchers:default_handler';

export const groupOptions = {
  programs: option('programs', nameList, '', 'Names of the programs that make the group, with commas between.'),
  ...programGroupOptions,
};

export const fcgiOptions = {
  socket: namedByPeer(
    required(
      'address',
      fcgiAddress,
      (section) => `[${section}] section requires a "socket" line`,
      'Socket that the processes serve: tcp://host:port or unix:///path.',
    ),
  ),
  socket_backlog: optional(
    'backlog',
    withPeerWords(integer(1, 65_535), (text) => `Invalid socket_backlog value ${text}`),
    'Connections that may wait.',
  ),
  socket_owner: optional(
    'owner',
    withPeerWords(owner, (text) => `Invalid socket_owner value ${text}`),
    "Owner of a unix socket: user or user:group. Without it: the program's user.",
  ),
  socket_mode: optional(
    'mode',
    withPeerWords(octal, (text) => `Invalid socket_mode value ${text}`),
    'Mode of a unix socket; 0700 without it.',
  ),
};

export const listenerOptions = {
  priority: option('priority', count(-MOST_PRIORITY, MOST_PRIORITY), '-1', 'Lower starts first and stops last; listeners come before programs.'),
  buffer_size: option('bufferSize', count(-MOST_PRIORITY, 1_000_000), '10', 'Events that may wait for a listener.'),
  result_handler: option('resultHandler', plainText, DEFAULT_RESULT_HANDLER, "Accepted for compatibility: only supervisor's default handler."),
  events: namedByPeer(
    required('events', eventTypes, (section) => `[${section}] section requires an "events" line`, 'Types of events to be told of, with commas between.'),
  ),
  redirect_stderr: option('redirectStderr', boolean, 'false', 'Must be false: stdout carries the listener protocol.'),
};
