/**
 * Where a server listens, out of a URL: `unix:///path`, `unix://@name` (abstract) or `http://host[:port]`. A path or
 * credentials in an http URL are passed over, as supervisorctl does.
 */

export type Address = { readonly kind: 'unix'; readonly path: string } | { readonly kind: 'inet'; readonly host: string; readonly port: number };

const HTTP_PORT = 80;
/** People copy it from `port=*:9001`; the C library takes it for this machine. */
const EVERY_ADDRESS = '*';
const LOOPBACK = '127.0.0.1';

/** Null: no URL of a kind that is known. */
export const addressOf = (url: string): Address | null => {
  if (url.startsWith('unix://')) return { kind: 'unix', path: url.slice('unix://'.length) };
  const [, authority] = /^http:\/\/([^/?#]+)/u.exec(url) ?? [];
  if (authority === undefined) return null;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const [, literal, name, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d*))?$/u.exec(host) ?? [];
  const found = literal ?? name;
  if (found === undefined) return null;
  return { kind: 'inet', host: found === EVERY_ADDRESS ? LOOPBACK : found, port: port === undefined || port === '' ? HTTP_PORT : Number(port) };
};

/** As the Host header has it: a path would be no valid name. */
export const hostHeaderOf = (address: Address): string => {
  if (address.kind === 'unix') return 'localhost';
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
};
