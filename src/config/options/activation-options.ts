/** Options of [program:x] that start it when something happens, and options of [socket:x], which it may be handed then. */
import { duration } from '../values/time/durations.ts';
import { listenAddresses } from '../values/network/listen-addresses.ts';
import { owner } from '../values/machine/identity.ts';
import { nameList } from '../values/text/name.ts';
import { integer, octal } from '../values/numbers.ts';
import { startOn } from '../values/start-on.ts';
import { words } from '../values/text/lists.ts';
import { boolean } from '../values/text/words.ts';
import { option, optional, required } from './option.ts';

export const activationOptions = {
  sockets: option(
    'socketNames',
    nameList,
    '',
    'Names of [socket:x] sections, with commas between: handed over from descriptor 3 up, told in LISTEN_FDS and LISTEN_FDNAMES.',
  ),
  start_on: option(
    'startOn',
    startOn,
    '',
    'What starts it: a connection to a socket (which it is then handed), a path that appears, an event of another program (started, ready, completed, failed, exited, stopped, backoff, fatal), a signal. autostart is then false.',
  ),
  idle_stop: option(
    'idleStopMs',
    duration,
    '0',
    'How long it is without a connection to its sockets until it is stopped, to be started by the next one; 0: never.',
  ),
  accept: option(
    'acceptsConnections',
    boolean,
    'false',
    'With start_on=socket:x: each connection starts one process, as its stdin and stdout; numprocs is how many there may be at once.',
  ),
  watch: option(
    'watch',
    words,
    '',
    'Patterns of files, with commas between: it is started again when one of them changes; ** stands for any directories. For development.',
  ),
};

export const socketOptions = {
  listen: required(
    'addresses',
    listenAddresses,
    (section) => `[${section}] section requires a "listen" line`,
    'Where: port, address:port, [IPv6]:port, /path, @abstract; several with commas between.',
  ),
  mode: option('mode', octal, '0660', 'Mode of a unix socket.'),
  owner: optional('owner', owner, 'Owner of a unix socket: user or user:group.'),
  backlog: option('backlog', integer(1, 65_535), '4096', 'Connections that may wait; the kernel has a limit of its own (net.core.somaxconn).'),
};
