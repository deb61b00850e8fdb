/**
 * The kernel addon's face: the few system calls that Node does not offer and the log path needs. Numbers only: a
 * negative result is -errno. Kept as small as can be; its C is in src/kernel/native/.
 */
export type Native = {
  /** Maps the first `bytes` of the black box shared (growing the file when it is shorter); throws with the errno name. readBox() and
   *  its kin refer to the latest mapping. */
  readonly mapBox: (fd: number, bytes: number) => ArrayBuffer;
  /** Gives the pages of box[offset, offset+length) back to the kernel; they read as zeros again. */
  readonly punchBox: (fd: number, offset: number, length: number) => number;
  /** read(2) straight into the box: what is read survives this process. Bytes, 0 at the end, or -errno. */
  readonly readBox: (fd: number, offset: number, length: number) => number;
  /** write(2) straight from the box. Never blocks when the descriptor is non-blocking, nor when it is said to be shared (as writeNow). */
  readonly writeBox: (fd: number, offset: number, length: number, isShared?: boolean) => number;
  /** As writeBox, in pieces of whole lines that a pipe takes whole or not at all: a crash in between repeats lines and cuts none.
   *  Stops at the first piece that is refused; -errno only when nothing was written. */
  readonly writeLines: (fd: number, offset: number, length: number, isShared?: boolean) => number;
  /** recvmsg on init's socket: bytes, 0 at the end, or -errno. Descriptors that came along are put into `fds` from index 1, fds[0] counts them. All get close-on-exec. */
  readonly receive: (fd: number, into: Uint8Array, fds: Int32Array) => number;
  /** send(MSG_DONTWAIT|MSG_NOSIGNAL) of bytes [offset, offset+length). */
  readonly send: (fd: number, from: Uint8Array, offset: number, length: number) => number;
  /** write(2) of bytes [offset, offset+length) to a description that others share: does not wait, and leaves its flags as they are. */
  readonly writeNow: (fd: number, from: Uint8Array, offset: number, length: number) => number;
  /** Calls `callback(token)` once when fd is readable (1) or writable (2); arming again replaces the former. Returns 0 or -errno. */
  readonly arm: (fd: number, interest: 1 | 2, token: number) => number;
  readonly disarm: (fd: number) => void;
  /** Who is told about readiness; set once, before the first arm(). */
  readonly onReady: (callback: (token: number) => void) => void;
  /** Disarms and closes. */
  readonly close: (fd: number) => number;
  /** An open file description of our own for the same file (O_WRONLY|O_NONBLOCK|O_APPEND where it is a file), or -errno (sockets: -ENXIO). */
  readonly reopen: (fd: number) => number;
  /** Sets O_NONBLOCK, of what nobody else shares; returns whether it was set before (0/1), or -errno. */
  readonly setNonBlocking: (fd: number, on: boolean) => number;
  readonly kind: (fd: number) => 'pipe' | 'file' | 'terminal' | 'socket' | 'device' | 'closed';
  /** F_SETPIPE_SZ; the new size or -errno. */
  readonly setPipeBytes: (fd: number, bytes: number) => number;
  /** Gives memory that start-up needed back: malloc_trim, clean file pages of our text, library pages held twice. */
  readonly trim: () => void;
  /** A non-blocking socket for datagrams to the unix socket at `path`, or -errno. */
  readonly connectDatagram: (path: Uint8Array) => number;
  /** A blocking stream socket to the unix socket at `path` (abstract: a zero byte in front), or -errno. */
  readonly connectStream: (path: Uint8Array) => number;
  /** Ends the process at once: nothing that is pending is done. */
  readonly endNow: (code: number) => void;
  /** Process, user and group of who connected to a unix socket, as [pid, uid, gid]; pid 0: none that we can see. 0 or -errno. */
  readonly peerOf: (fd: number, into: Uint32Array) => number;
  /** A non-blocking socket that receives datagrams at `path` (abstract: a zero byte in front), or -errno. */
  readonly bindDatagram: (path: Uint8Array) => number;
  /** One datagram, cut to the room there is, or -errno; `sender[0]` is the process id of who sent it, 0: none that we can see. Descriptors
   *  that come along are closed. `isPeek`: it is there for the next call too. */
  readonly receiveDatagram: (fd: number, into: Uint8Array, sender: Uint32Array, isPeek?: boolean) => number;
  /** Opens without blocking and without following links that others can make (-ELOOP), or another name of a file elsewhere (-EMLINK). */
  readonly openPlace: (path: Uint8Array, flags: number, mode: number) => number;
  /** Renames the file at `path` to `name` in the same folder, or removes it when `name` is empty; follows links as openPlace. 0 or -errno. */
  readonly movePlace: (path: Uint8Array, name: Uint8Array) => number;
  /** A non-blocking unix socket with a file at `path`, for datagrams or listening, or -errno. The file has its mode and owner before anybody can reach it;
   *  a socket in its way is replaced. `owner`: empty, or user, group and a word that becomes 1 when it is they that are refused. */
  readonly openSocketFile: (path: Uint8Array, isDatagram: boolean, mode: number, owner: Uint32Array) => number;
};
