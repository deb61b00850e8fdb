/**
 * What a connection is worth before it has said anything: who it comes from, and which gate its requests go through. An abstract socket has no
 * file whose mode could guard it: only processes of this container that run as we do, or as root, come in.
 */
import type { Socket } from 'node:net';
import { createGate, type Gate } from './gate.ts';
import type { Logins } from './logins.ts';
import type { Peer, ServerSpec } from './server-spec.ts';
import type { SlowDown } from './slow-down.ts';

export type DoorParts = {
  readonly spec: ServerSpec;
  readonly logins: Logins | null;
  readonly slowDown: SlowDown;
  readonly peerOf: (fd: number) => Peer | null;
  readonly ownUid: number;
  /** A line for the log. */
  readonly onFailure: (text: string) => void;
};

/** Null: not let in. */
export const createDoor = (parts: DoorParts): ((socket: Socket) => Gate | null) => {
  const { spec, peerOf, onFailure } = parts;
  if (spec.kind === 'inet') return (socket) => createGate(parts, networkOf(socket.remoteAddress ?? ''));
  return (socket) => {
    const peer = peerOf(descriptorOf(socket));
    if (spec.kind === 'abstract' && !isTrusted(peer, parts.ownUid)) {
      onFailure(
        `${peer === null || peer.pid === 0 ? 'a process of another container' : `process ${peer.pid} of user ${peer.uid}`} was not let in by [${spec.section}]`,
      );
      return null;
    }
    return createGate(parts, peer === null ? 'unix socket' : `user ${peer.uid}`);
  };
};

/** Containers may share their network, and with it these names; a process that we cannot see is another container's. */
const isTrusted = (peer: Peer | null, ownUid: number): boolean => peer !== null && peer.pid !== 0 && (peer.uid === 0 || peer.uid === ownUid);

/** Whoever has one IPv6 address has all of its network. */
const networkOf = (address: string): string => {
  const mapped = /^::ffff:([\d.]+)$/u.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(':')) return mapped ?? address;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - before.length - tail.split(':').length;
  return `${[...before, ...Array.from({ length: missing }, () => '0')].slice(0, 4).join(':')}::/64`;
};

/** Node tells the descriptor of a socket to those who ask its handle; -1 when it does not. */
const descriptorOf = (socket: Socket): number => {
  const handle: unknown = Reflect.get(socket, '_handle');
  const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : -1;
  return typeof fd === 'number' ? fd : -1;
};
