/** Addresses to listen on: of control interfaces (`port`, `host:port`) and of FastCGI sockets (URLs). */
import { quoteLikePython } from '../../../base/python-quote.ts';
import { succeed } from '../../../base/result.ts';
import { parseInteger } from '../numbers.ts';
import { type Reading, refuse, type ValueType } from '../value-type.ts';

/** `host` null: every address of the machine. */
export type InetAddress = { readonly host: string | null; readonly port: number };

export type FcgiAddress =
  | { readonly kind: 'unix'; readonly url: string; readonly path: string }
  | { readonly kind: 'tcp'; readonly url: string; readonly host: string; readonly port: number };

const HIGHEST_PORT = 65_535;

export const inetAddress: ValueType<InetAddress> = {
  name: 'address',
  read: (text) => {
    const colon = text.lastIndexOf(':');
    const port = readPort(text.slice(colon + 1), colon === -1 ? `not a valid port number: ${quoteLikePython(text)} ` : null);
    if (!port.ok) return port;
    const host = withoutBrackets(text.slice(0, Math.max(0, colon)).toLowerCase());
    return succeed({ host: host === '' || host === '*' ? null : host, port: port.value });
  },
};

export const fcgiAddress: ValueType<FcgiAddress> = {
  name: 'tcp://host:port or unix:///path',
  read: (text) => {
    if (text.startsWith('unix://')) {
      const path = text.slice('unix://'.length);
      if (path.startsWith('/')) return succeed({ kind: 'unix', url: text, path });
      return refuse(
        `${quoteLikePython(path)} is not an absolute path; write unix:///path`,
        `('Unix socket path %s is not an absolute path', ${quoteLikePython(path)})`,
      );
    }
    const match = /^tcp:\/\/([^\s:]+):(\d{1,5})$/.exec(text);
    const port = Number(match?.[2]);
    if (match !== null && port >= 1 && port <= HIGHEST_PORT) return succeed({ kind: 'tcp', url: text, host: match[1] as string, port });
    return refuse(`${quoteLikePython(text)} is no socket; write tcp://host:port or unix:///path`, `('Bad socket format %s', ${quoteLikePython(text)})`);
  },
};

/** An IPv6 address, `[::1]`, has colons of its own. */
function withoutBrackets(host: string): string {
  return /^\[(.*:.*)\]$/.exec(host)?.[1] ?? host;
}

function readPort(text: string, peer: string | null): Reading<number> {
  const port = parseInteger(text);
  const ours = `${quoteLikePython(text)} is no port; write a number from 1 to ${HIGHEST_PORT}, or host:port`;
  if (port === null) {
    const literal = text === '' ? "no port number specified in ''" : `invalid literal for int() with base 10: ${quoteLikePython(text)}`;
    return refuse(ours, peer ?? literal);
  }
  if (port > HIGHEST_PORT) return refuse(ours, peer ?? `${port} is above upper bound (${HIGHEST_PORT})`);
  return port >= 1 ? succeed(port) : refuse(ours, peer ?? `${port} is below lower bound (1)`);
}
