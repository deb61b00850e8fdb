/** What is to be opened: the part of a configuration that this folder needs, in its own words. */
import type { Access } from '../exchange.ts';

/** `password`: plain, `{SHA}` and 40 hexadecimal digits, or `$scrypt$...`. */
export type Login = { readonly username: string; readonly password: string };

type Doors = {
  /** As written: `unix_http_server`. */
  readonly section: string;
  /** Null: nobody has to give a name. */
  readonly credentials: Login | null;
  /** Of those who give these credentials, or of everybody. */
  readonly access: Access;
  /** None without credentials. */
  readonly otherLogins: readonly (Login & { readonly access: Access })[];
};

export type UnixServer = Doors & {
  readonly kind: 'unix';
  readonly path: string;
  readonly mode: number;
  readonly owner: { readonly uid: number; readonly gid: number } | null;
};

/** A unix socket with a name instead of a file: the kernel's word on who connects is all that guards it. */
export type AbstractServer = Doors & { readonly kind: 'abstract'; readonly name: string };

export type InetServer = Doors & {
  readonly kind: 'inet';
  /** Null: every address. */
  readonly host: string | null;
  readonly port: number;
  /** Without credentials: serve others than this machine, too. */
  readonly allowUnauthenticated: boolean;
};

export type ServerSpec = UnixServer | AbstractServer | InetServer;

/** `pid` 0: outside of our container. */
export type Peer = { readonly pid: number; readonly uid: number; readonly gid: number };
