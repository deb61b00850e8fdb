/** What `listen` of [socket:x] holds: ports, addresses with ports, paths of unix sockets, abstract names. */
import { quoteLikePython } from '../../../base/python-quote.ts';
import { succeed } from '../../../base/result.ts';
import { encodeUtf8 } from '../../../base/utf8.ts';
import type { SocketAddress } from '../../model/activation-model.ts';
import { listOf } from '../text/lists.ts';
import { type Reading, refuse, type ValueType } from '../value-type.ts';

const HIGHEST_PORT = 65_535;
/** Room in the kernel's address of a unix socket, without its last zero. */
const LONGEST_PATH_BYTES = 107;

export const listenAddresses: ValueType<readonly SocketAddress[]> = {
  name: 'addresses',
  read: (text) => {
    const addresses: SocketAddress[] = [];
    for (const word of listOf(text)) {
      const address = readAddress(word);
      if (!address.ok) return address;
      addresses.push(address.value);
    }
    return addresses.length > 0 ? succeed(addresses) : refuse('there is no address; write a port, as in 8080, or the path of a unix socket', text);
  },
};

/** As people write it: `127.0.0.1:80`, `[::1]:80`, `/run/x.sock`. */
export function showAddress(address: SocketAddress): string {
  if (address.kind === 'unix') return address.path;
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}

function readAddress(word: string): Reading<SocketAddress> {
  const path = word.startsWith('unix://') ? word.slice('unix://'.length) : word;
  if (path.startsWith('/') || path.startsWith('@')) return readPath(path);
  const match = /^(?:tcp:\/\/)?(?:(?:\[([0-9a-fA-F:.]+)\]|([^[\]:]+)):)?(\d{1,5})$/.exec(word);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > HIGHEST_PORT) {
    return refuse(`${quoteLikePython(word)} is nothing to listen on; write a port from 1 to ${HIGHEST_PORT}, address:port, [IPv6]:port, /path or @name`, word);
  }
  const host = match[1] ?? match[2] ?? '*';
  if (match[1] !== undefined || host === '*') return succeed({ kind: 'tcp', host, port });
  if (host === 'localhost') return succeed({ kind: 'tcp', host: '127.0.0.1', port });
  if (isIpv4(host)) return succeed({ kind: 'tcp', host, port });
  return refuse(`${host} is no address; names are not looked up, write one as in 127.0.0.1, or * for all`, word);
}

function readPath(path: string): Reading<SocketAddress> {
  const bytes = encodeUtf8(path, LONGEST_PATH_BYTES + 1).length;
  if (bytes > 1 && bytes <= LONGEST_PATH_BYTES) return succeed({ kind: 'unix', path });
  return refuse(`${path} is no name of a unix socket; such a name has 1 to ${LONGEST_PATH_BYTES - 1} bytes behind its / or @`, path);
}

function isIpv4(host: string): boolean {
  const parts = host.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}
