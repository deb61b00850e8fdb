/** Wiring of the sockets that init holds: which the configuration wants, and what is said when one cannot be opened. */
import type { SyslogSocket } from '../../config/model/activation-model.ts';
import { showAddress } from '../../config/values/network/listen-addresses.ts';
import { listenRequest, syslogRequest } from '../../engine/listening.ts';
import type { ConfigurationPort, OutputPort } from '../../engine/ports.ts';
import { createHeldSockets } from '../../kernel/sockets/held-sockets.ts';
import type { HeldSockets } from '../../kernel/sockets/held-sockets.ts';
import type { ListenRequest } from '../../kernel/kernel.ts';
import type { Native } from '../../kernel/native.ts';
import { placeRefusal } from '../../kernel/files/places.ts';
import { describeErrno } from '../../kernel/link/spawn-failure.ts';
import type { Plan } from '../../world/plan.ts';
import { heldAddresses } from '../../world/triggers/sockets.ts';
import type { HeldAddress } from '../../world/triggers/sockets.ts';

const EACCES = 13;
const ELOOP = 40;
const FIRST_OPEN_PORT = 1024;

/** `opened`: a socket of syslog, by its index in what is held. `letGo`: none of these is valid any more; those that stay are told of again. */
export type SyslogListener = { readonly opened: (socket: SyslogSocket, index: number) => void; readonly letGo: () => void };

export type SocketHolder = {
  readonly held: HeldSockets;
  /** That plan's from now on. Sent with the next flush, ahead of the programs that are to use them. */
  readonly begin: (plan: Plan, notice: OutputPort['notice']) => void;
  /** The same for all plans that come. */
  readonly before: (port: ConfigurationPort) => ConfigurationPort;
  /** Those that could not be opened are tried again. */
  readonly again: () => void;
  /** Of the one that is held for such a request; null: none. */
  readonly inodeOf: (request: ListenRequest) => number | null;
  /** Called for each answer of init's from now on. */
  readonly onAnswer: (listener: () => void) => void;
  readonly onSyslog: (listener: SyslogListener) => void;
};

/** init follows no link that others can change. */
const strangerHint = (errno: number): string | null => placeRefusal(errno === ELOOP ? 'ELOOP' : '');

type Listen = (number: number, requests: readonly ListenRequest[]) => void;

export const createSocketHolder = (native: Native, firstToken: number, listen: Listen): SocketHolder => {
  let notice: OutputPort['notice'] = () => {};
  let present: Plan | null = null;
  let addresses: readonly HeldAddress[] = [];
  let syslogSockets: readonly SyslogSocket[] = [];
  let listener = (): void => {};
  let syslog: SyslogListener = { opened: () => {}, letGo: () => {} };

  const sayProblem = (index: number, errno: number): void => {
    const found = addresses[index];
    const path = syslogSockets[index - addresses.length]?.path;
    if (path !== undefined) notice('error', `cannot take syslog messages at ${path} (syslog_socket): ${strangerHint(errno) ?? describeErrno(errno)}`);
    if (found === undefined) return;
    const { socket, address } = found;
    const place = present?.model.sockets.find(({ name }) => name === socket.name)?.place;
    const where = place === undefined ? '' : ` (${place.file}:${place.line})`;
    const isLow = errno === EACCES && address.kind === 'tcp' && address.port < FIRST_OPEN_PORT;
    const low = isLow ? ` (a port below ${FIRST_OPEN_PORT} needs the capability NET_BIND_SERVICE)` : '';
    const stranger = address.kind === 'unix' ? strangerHint(errno) : null;
    const hint = stranger === null ? low : ` (${stranger})`;
    notice('error', `cannot listen on ${showAddress(address)} of [socket:${socket.name}]${where}: ${describeErrno(errno)}${hint}`);
  };

  const held = createHeldSockets({
    native,
    firstToken,
    listen,
    onAnswer: (index) => {
      const state = held.stateOf(index);
      const syslogSocket = syslogSockets[index - addresses.length];
      if (syslogSocket !== undefined && state === 'open') syslog.opened(syslogSocket, index);
      if (typeof state === 'number') sayProblem(index, state);
      listener();
    },
  });

  const hold = (): void => {
    syslog.letGo();
    held.hold([...addresses.map(({ address, socket }) => listenRequest(address, socket)), ...syslogSockets.map((socket) => syslogRequest(socket))]);
  };

  const follow = (plan: Plan): void => {
    present = plan;
    const before = addresses.length + syslogSockets.length;
    addresses = heldAddresses(plan);
    syslogSockets = plan.model.supervisor.syslogSockets;
    if (before + addresses.length + syslogSockets.length > 0) hold();
  };

  return {
    held,
    begin: (plan, say) => {
      notice = say;
      follow(plan);
    },
    before: (port) => ({
      ...port,
      changed: (plan) => {
        port.changed(plan);
        follow(plan);
      },
    }),
    again: hold,
    inodeOf: ({ address, port }) => {
      const index = addresses.findIndex((each) => {
        const request = listenRequest(each.address, each.socket);
        return request.port === port && request.address === address;
      });
      return index < 0 ? null : held.inodeOf(index);
    },
    onAnswer: (next) => {
      listener = next;
    },
    onSyslog: (next) => {
      syslog = next;
      for (const [at, socket] of syslogSockets.entries()) if (held.stateOf(addresses.length + at) === 'open') next.opened(socket, addresses.length + at);
    },
  };
};
