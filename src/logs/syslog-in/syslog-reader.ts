/**
 * Reads a syslog socket for datagrams. A message is looked at, put among the container's output, and only then taken: a supervisor that dies in
 * between leaves it to its successor. Without room for it the message stays in the socket, and its sender waits.
 */
import type { Native } from '../../kernel/native.ts';
import type { SyslogLines } from './syslog-lines.ts';

/** A longer message is cut. RFC 5424 asks for 2 KiB and wishes for 8; in any shape so much fits into an outbox. */
export const LONGEST_MESSAGE_BYTES = 16_384;
/** Between two looks at everything else. */
const AT_ONCE = 256;
const EINTR = -4;

export type SyslogReader = {
  /** Reads what there is. */
  readonly read: () => 'empty' | 'full' | 'more';
};

/** `put`: whole lines; false: there is no room now. */
export const createSyslogReader = (
  native: Pick<Native, 'receiveDatagram'>,
  fd: number,
  linesOf: SyslogLines,
  put: (lines: Uint8Array) => boolean,
): SyslogReader => {
  const into = new Uint8Array(LONGEST_MESSAGE_BYTES);
  const nothing = new Uint8Array(1);
  const sender = new Uint32Array(2);
  return {
    read: () => {
      for (let count = 0; count < AT_ONCE; count += 1) {
        const length = native.receiveDatagram(fd, into, sender, true);
        if (length === EINTR) continue;
        if (length < 0) return 'empty';
        const lines = linesOf(into.subarray(0, length));
        if (lines.length > 0 && !put(lines)) return 'full';
        native.receiveDatagram(fd, nothing, sender);
      }
      return 'more';
    },
  };
};
