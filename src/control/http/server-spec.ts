/** What is to be opened: the part of a configuration that this folder needs, in its own words. */

/** `password`: plain, `{SHA}` and 40 hexadecimal digits, or `$scrypt$…`. */
export type Login = { readonly username: string; readonly password: string };

type Doors = {
  /** As written: `unix_http_server`. */
  readonly section: string;
  /** Null: nobody has to give a name. */
  readonly credentials: Login | null;
};

export type UnixServer = Doors & {
  readonly kind: 'unix';
  readonly path: string;
  readonly mode: number;
  readonly owner: { readonly uid: number; readonly gid: number } | null;
};

export type InetServer = Doors & {
  readonly kind: 'inet';
  /** Null: every address. */
  readonly host: string | null;
  readonly port: number;
};

export type ServerSpec = UnixServer | InetServer;
