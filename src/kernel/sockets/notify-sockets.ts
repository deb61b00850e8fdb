/**
 * Sockets on which programs tell what becomes of them, as sd_notify does: one for each run, open as long as that lives. Takes datagrams of
 * this container's processes alone, and says nothing about what they mean. What was not read when a supervisor dies is lost.
 */
import { getSystemErrorName } from 'node:util';
import type { Native } from '../native.ts';
import { openSocketFile, removePlace } from '../files/places.ts';

/** Longer ones are cut: what is known of them is short. */
const LONGEST_BYTES = 4_096;
/** Read in one go; whoever sends more than that takes turns with everybody else. */
const AT_ONCE = 64;
const OWNER_ONLY = 0o600;

/** As the kernel has it, whatever the message says. */
export type Sender = { readonly pid: number; readonly uid: number };
type OnMessage = (text: string, sender: Sender) => void;

export type NotifySockets = {
  /** `address`: a path, or an abstract name behind an @. `owner` may write to a path, and nobody else. Returns null, or why it cannot be. */
  readonly open: (run: number, address: string, owner: { readonly uid: number; readonly gid: number } | null, onMessage: OnMessage) => string | null;
  readonly close: (run: number) => void;
  /** Tokens of native.arm() from `firstToken` on. */
  readonly onReady: (token: number) => void;
};

type NotifyNative = Pick<Native, 'arm' | 'close' | 'bindDatagram' | 'receiveDatagram' | 'openSocketFile' | 'movePlace'>;
type Socket = { readonly run: number; readonly fd: number; readonly path: string | null; readonly onMessage: OnMessage };

export const createNotifySockets = (native: NotifyNative, firstToken: number): NotifySockets => {
  const ofRun = new Map<number, Socket>();
  const ofFd = new Map<number, Socket>();
  const into = new Uint8Array(LONGEST_BYTES);
  const sender = new Uint32Array(2);

  const listen = (socket: Socket): void => void native.arm(socket.fd, 1, firstToken + socket.fd);

  const remove = (path: string): void => {
    try {
      removePlace(native, path);
    } catch {
      // Somebody else has removed it, or has exchanged what it lay in.
    }
  };

  const close = (run: number): void => {
    const socket = ofRun.get(run);
    if (socket === undefined) return;
    ofRun.delete(run);
    ofFd.delete(socket.fd);
    native.close(socket.fd);
    if (socket.path !== null) remove(socket.path);
  };

  return {
    close,
    open: (run, address, owner, onMessage) => {
      if (ofRun.has(run)) return null;
      const path = address.startsWith('@') ? null : address;
      try {
        if (path !== null) remove(path); // our predecessor's
        const fd =
          path === null
            ? native.bindDatagram(new TextEncoder().encode(`\0${address.slice(1)}`))
            : openSocketFile(native, 'datagram', { path, mode: OWNER_ONLY, owner });
        if (fd < 0) return getSystemErrorName(fd);
        const socket = { run, fd, path, onMessage };
        ofRun.set(run, socket);
        ofFd.set(fd, socket);
        listen(socket);
        return null;
      } catch (error) {
        close(run);
        return (error as NodeJS.ErrnoException).code ?? String(error);
      }
    },
    onReady: (token) => {
      const socket = ofFd.get(token - firstToken);
      if (socket === undefined) return;
      // One after the other: what asks for an answer (BARRIER) gets it when it is taken, and what came before has been understood then.
      for (let count = 0; count < AT_ONCE; count++) {
        const length = native.receiveDatagram(socket.fd, into, sender);
        if (length < 0) break;
        const [pid = 0, uid = 0] = sender;
        if (pid !== 0) socket.onMessage(new TextDecoder().decode(into.subarray(0, length)), { pid, uid });
        if (ofRun.get(socket.run) !== socket) return;
      }
      listen(socket);
    },
  };
};
