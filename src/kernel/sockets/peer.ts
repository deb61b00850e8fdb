/** Who is at the other end of a connection to one of our unix sockets. */
import type { Native } from '../native.ts';

/** `pid` 0: a process of another container, or of the host. */
export type Peer = { readonly pid: number; readonly uid: number; readonly gid: number };

/** Null: not a connected unix socket. */
export const peerOf = (native: Pick<Native, 'peerOf'>, fd: number): Peer | null => {
  const into = new Uint32Array(3);
  if (native.peerOf(fd, into) !== 0) return null;
  const [pid = 0, uid = 0, gid = 0] = into;
  return { pid, uid, gid };
};
