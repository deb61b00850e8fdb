/** What starts a program beside the start of everything, and what it is handed then: sockets, triggers, files. As in model.ts all of it is typed and in range. */
import type { FileOwner, Place, SignalNumber } from './model.ts';

/** `host`: an address of IPv4 or IPv6, or * for all. `path`: of a unix socket, or an abstract name behind an @. */
export type SocketAddress = { readonly kind: 'tcp'; readonly host: string; readonly port: number } | { readonly kind: 'unix'; readonly path: string };

/** What [socket:x] says. */
export type SocketSpec = {
  readonly name: string;
  readonly addresses: readonly SocketAddress[];
  readonly mode: number;
  /** Null: who tsinit runs as. */
  readonly owner: FileOwner | null;
  readonly backlog: number;
};

/** A socket with the place of its section: for messages. */
export type DeclaredSocket = SocketSpec & { readonly place: Place };

/** What may become of a program that others are started by. */
export type ProgramEvent = 'started' | 'ready' | 'completed' | 'failed' | 'exited' | 'stopped' | 'backoff' | 'fatal';

export type Trigger =
  /** A connection that nobody takes. */
  | { readonly kind: 'socket'; readonly name: string }
  /** A path that appears. */
  | { readonly kind: 'path'; readonly pattern: string }
  /** `name`: as in depends_on, a process or a group. */
  | { readonly kind: 'program'; readonly name: string; readonly event: ProgramEvent }
  | { readonly kind: 'signal'; readonly signal: SignalNumber };

export type Activation = {
  /** Handed over from descriptor 3 up, address by address. */
  readonly sockets: readonly SocketSpec[];
  readonly startOn: readonly Trigger[];
  /** Without a connection for so long: stopped. 0: never. */
  readonly idleStopMs: number;
  /** Each run serves one connection, as its stdin and stdout. */
  readonly acceptsConnections: boolean;
  /** Patterns, as written: it is started again when such a file changes. */
  readonly watch: readonly string[];
};

/** Where programs find syslog. */
export type SyslogSocket = { readonly kind: 'datagram' | 'stream'; readonly path: string };
