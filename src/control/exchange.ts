/**
 * One request and its answer, between the HTTP layer, which has authenticated and bounded it, and the surface that serves its path.
 */
import type { Writable } from 'node:stream';

/** What a client may do; each includes those before it. */
export type Access = 'read' | 'operate' | 'admin';

export type Reply = {
  readonly status: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
};

export type Exchange = {
  readonly method: string;
  /** Decoded once; never with `..` in it. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | undefined;
  readonly access: Access;
  /** Who asks, for people: `admin (127.0.0.1)`, `user 0`. */
  readonly who: string;
  /** The whole body, within the limit. Never settles when it is refused, or the client goes away or is too slow: there is nobody to answer then. */
  readonly body: () => Promise<Uint8Array>;
  /** Once. Afterwards nothing else. */
  readonly reply: (reply: Reply) => void;
  /** Instead of reply(): an answer without an end, chunked where the client can. Whoever reads too slowly is cut off. */
  readonly stream: (head: { readonly status: number; readonly type: string; readonly headers?: Readonly<Record<string, string>> }) => Writable;
  /** The system has taken the whole answer, or the client has gone away. */
  readonly onDone: (listener: () => void) => void;
  /** The client has gone away. */
  readonly onGone: (listener: () => void) => void;
};

/** Serves what it knows; false: not its path. May answer later. */
export type Surface = (exchange: Exchange) => boolean;
