/** The addresses that are held open for the programs of a plan. Groups may be from different readings of the configuration: their own words count. */
import type { SocketAddress, SocketSpec } from '../../config/model/activation-model.ts';
import { showAddress } from '../../config/values/network/listen-addresses.ts';
import type { Plan } from '../plan.ts';

/** One address of a socket. Its place in the list is what init knows it by. */
export type HeldAddress = { readonly socket: SocketSpec; readonly address: SocketAddress };

export const heldAddresses = ({ processes }: Plan): readonly HeldAddress[] => {
  const held = new Map<string, HeldAddress>();
  for (const { service } of processes) {
    for (const socket of service.activation?.sockets ?? []) for (const address of socket.addresses) held.set(showAddress(address), { socket, address });
  }
  return [...held.values()];
};
