/**
 * Keeps pages of other sites from using a browser to get here: by its own doing (Origin), or by a name that suddenly leads here (DNS
 * rebinding). Looks only at what browsers send by themselves; other clients notice nothing.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { ServerSpec } from './server-spec.ts';

/** A sentence when a request is refused. */
export const refusalOf = (spec: ServerSpec, headers: IncomingHttpHeaders): string | null => {
  const { origin, host = '' } = headers;
  if (origin !== undefined && hostOf(origin) !== host.toLowerCase()) return 'A page of another site may not do this.';
  if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate') return 'A page of another site may not do this.';
  // With a password nobody gets far by a name: the browser knows the password only for the right one.
  if (spec.kind !== 'inet' || spec.credentials !== null || !isFromBrowser(headers) || isOwnName(host, spec.host)) return null;
  return 'This server has no password and is served under its address alone; set username and password to serve it under a name.';
};

const isFromBrowser = (headers: IncomingHttpHeaders): boolean =>
  headers.origin !== undefined || headers.referer !== undefined || headers['accept-language'] !== undefined || headers['sec-fetch-mode'] !== undefined;

/** An address, or a name that nobody outside can give away. */
const isOwnName = (host: string, configured: string | null): boolean => {
  const name = host
    .toLowerCase()
    .replace(/:\d+$/u, '')
    .replace(/^\[(.*)\]$/u, '$1');
  return isIP(name) !== 0 || !name.includes('.') || name.endsWith('.localhost') || name === configured;
};

/** `null` and what is no URL have none. */
const hostOf = (origin: string): string | null => /^https?:\/\/([^/]+)$/iu.exec(origin)?.[1]?.toLowerCase() ?? null;
