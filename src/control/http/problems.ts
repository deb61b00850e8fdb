/** What is said of servers: why one cannot be opened, and what is dangerous about one that can. */
import type { About } from '../port.ts';
import type { ServerSpec } from './server-spec.ts';

/** supervisord's own words, for those who look for them. */
const IN_USE =
  'Another program is already listening on a port that one of our HTTP servers is configured to use.  Shut this program down first before starting supervisord.';

/** `number`: as the kernel counts them; 0: it has none. */
export type Failure = { readonly code: string; readonly number: number; readonly message: string };

/** Why a server cannot be opened, and what to do. */
export const failureText = (spec: ServerSpec, failure: Failure, personality: About['personality']): string => {
  if (personality === 'supervisord') {
    if (failure.code === 'EADDRINUSE') return IN_USE;
    if (spec.kind === 'inet') return `Cannot open an HTTP server: socket.error reported errno.${failure.code} (${failure.number})`;
  }
  return `cannot open the control interface [${spec.section}] at ${addressOf(spec)}: ${reasonOf(spec, failure)}`;
};

export const addressOf = (spec: ServerSpec): string => {
  if (spec.kind === 'unix') return spec.path;
  if (spec.kind === 'abstract') return `@${spec.name}`;
  const { host, port } = spec;
  return `${host === null ? '*' : host.includes(':') ? `[${host}]` : host}:${port}`;
};

/** What an operator should know about who can come in; null when there is nothing to say. */
export const warningText = (spec: ServerSpec): string | null => {
  if (spec.credentials !== null) return null;
  if (spec.kind === 'inet') {
    if (isLoopback(spec.host)) return null;
    const served = `[${spec.section}] has no password`;
    return spec.allowUnauthenticated
      ? `${served}: whoever reaches ${addressOf(spec)} controls the programs; set username and password`
      : `${served}: it serves 127.0.0.1:${spec.port} alone; set username and password to serve ${addressOf(spec)}, or allow_unauthenticated=true`;
  }
  const OTHERS = 0o007;
  if (spec.kind === 'abstract' || (spec.mode & OTHERS) === 0) return null;
  return `[${spec.section}] has no password, and its mode lets every user of the container control the programs; set username and password, or chmod=0700`;
};

/** Where it listens in the end. */
export const listeningHost = (spec: ServerSpec & { readonly kind: 'inet' }): string | null => {
  if (spec.host === 'localhost') return '127.0.0.1';
  const isOpen = spec.credentials !== null || spec.allowUnauthenticated || isLoopback(spec.host);
  return isOpen ? spec.host : '127.0.0.1';
};

const isLoopback = (host: string | null): boolean => host !== null && (host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/u.test(host));

const reasonOf = (spec: ServerSpec, { code, message }: Failure): string => {
  const folder = spec.kind === 'unix' ? (/^(.*)\//u.exec(spec.path)?.[1] ?? '') || '/' : '';
  switch (code) {
    case 'EADDRINUSE':
      return 'another program listens there; end it, or choose another address';
    case 'ECHOWN':
      return `it cannot be given to another owner (${message}); leave chown= out, or run tsinit as root`;
    case 'ENOTSOCK':
      return 'there is a file that is no socket; remove it, or choose another path';
    case 'EACCES':
    case 'EPERM':
      return spec.kind === 'inet' ? 'that takes more rights than tsinit has; choose a port from 1024 on' : `no permission (${message})`;
    case 'EROFS':
      return `${folder} cannot be written to; mount a tmpfs there, or name a socket without a file, as in file=@tsinit`;
    case 'ENOENT':
    case 'ENOTDIR':
      return `there is no folder ${folder}; create it, or name a socket without a file, as in file=@tsinit`;
    case 'ENAMETOOLONG':
    case 'EINVAL':
      return 'the path is too long for a socket; choose a shorter one';
    case 'ELOOP':
      return 'a link on its way can be changed by others than root; name a path without it';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'this container has no such address; write one that it has, or * for all';
    default:
      return message;
  }
};
