/** Control interfaces as the rest of tsinit knows them, and what the client is told of one. */
import type { FileOwner, Place } from './model.ts';

export type Credentials = { readonly username: string; readonly password: string };

/** What a client may do; each includes those before it. */
export type ServerAccess = 'read' | 'operate' | 'admin';

export type ServerLogin = Credentials & { readonly access: ServerAccess };

type ServerDoors = {
  /** The name as written. */
  readonly section: string;
  readonly place: Place;
  /** Null: nobody has to give a name. */
  readonly credentials: Credentials | null;
  /** Of those who give these credentials, or of everybody. */
  readonly access: ServerAccess;
  /** Others with less access; none without credentials. */
  readonly otherLogins: readonly ServerLogin[];
};

/** A control interface. */
export type ControlServer = ServerDoors &
  (
    | { readonly kind: 'unix'; readonly path: string; readonly mode: number; readonly owner: FileOwner | null }
    /** A socket with a name instead of a file. */
    | { readonly kind: 'abstract'; readonly name: string }
    /** `host` null: every address. */
    | { readonly kind: 'inet'; readonly host: string | null; readonly port: number; readonly allowUnauthenticated: boolean }
  );

/** What [supervisorctl] says to the client. */
export type ClientSpec = {
  readonly serverUrl: string;
  readonly username: string | null;
  readonly password: string | null;
  readonly prompt: string;
  readonly historyFile: string | null;
};
