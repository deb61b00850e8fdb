/** Sockets of the configuration as init is asked for them, and as a program finds them. */
import type { SocketAddress, SocketSpec, SyslogSocket } from '../config/model/activation-model.ts';
import type { ProcessSpec } from '../config/model/model.ts';
import type { ListenRequest, SpawnRequest } from '../kernel/kernel.ts';

/** Room for any process id, which init writes into it. */
const PID_PLACE = '00000000000';
export const LISTEN_PID = 'LISTEN_PID';

export const listenRequest = (address: SocketAddress, { mode, owner, backlog }: SocketSpec): ListenRequest =>
  address.kind === 'tcp'
    ? { address: address.host, port: address.port, backlog, mode: 0, owner: null }
    : { address: address.path, port: null, backlog, mode, owner };

/** As programs of any user expect it. */
const SYSLOG_MODE = 0o666;
const SYSLOG_BACKLOG = 128;

export const syslogRequest = ({ kind, path }: SyslogSocket): ListenRequest => ({
  address: path,
  port: null,
  backlog: SYSLOG_BACKLOG,
  isDatagram: kind === 'datagram',
  mode: SYSLOG_MODE,
  owner: null,
});

/** What its spawn request has of them. */
export const handedOver = ({ service: { activation } }: ProcessSpec): Pick<SpawnRequest, 'accept' | 'sockets'> => {
  if (activation === null || activation.sockets.length === 0) return {};
  const sockets = activation.sockets.flatMap((socket) => socket.addresses.map((address) => listenRequest(address, socket)));
  return activation.acceptsConnections ? { accept: sockets[0] ?? null } : { sockets };
};

/** What sd_listen_fds() looks for. Each descriptor has its socket's name. */
export const socketVariables = ({ service: { activation } }: ProcessSpec): readonly (readonly [name: string, value: string])[] => {
  if (activation === null || activation.sockets.length === 0 || activation.acceptsConnections) return [];
  const names = activation.sockets.flatMap(({ name, addresses }) => addresses.map(() => name));
  return [
    ['LISTEN_FDS', String(names.length)],
    ['LISTEN_FDNAMES', names.join(':')],
    [LISTEN_PID, PID_PLACE],
  ];
};
