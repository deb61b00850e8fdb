/**
 * One way out to the container: what the journal holds for it, written as far as its reader takes it. A reader that does
 * not read makes it wait, one that is gone makes it discard; neither ends anything else.
 */
import { fstatSync } from 'node:fs';
import type { Native } from '../../kernel/native.ts';
import { outboxAt } from '../box/journal.ts';
import type { Journal } from '../box/journal.ts';

const ERROR = { EINTR: 4, EAGAIN: 11, ENOSPC: 28, EDQUOT: 122 } as const;
const WRITABLE = 2;
/** After so many full pipes the reader is slower than the programs: give it a larger one. */
const GROW_AFTER = 4;
const GROWN_PIPE_BYTES = 262_144;

type Way = {
  readonly fd: number;
  readonly kind: ReturnType<Native['kind']>;
  /** Ours to close. */
  readonly isOwn: boolean;
  /** Writing may block, and its flags are others' too: O_NONBLOCK would stay there when we are killed. */
  readonly isShared: boolean;
};

export type Outbox = {
  readonly index: number;
  readonly isTerminal: boolean;
  /** Waiting for its reader. */
  readonly isBlocked: () => boolean;
  readonly isEmpty: () => boolean;
  /** Writes what there is; false when some is left. */
  readonly flush: () => boolean;
  /** The descriptor became writable. */
  readonly onWritable: () => void;
  /** Bytes that nobody wanted, or for which there was no space. */
  readonly discardedBytes: () => number;
  readonly end: () => void;
};

/** `onLoss` hears once why output is discarded. */
export const createOutbox = (native: Native, journal: Journal, index: number, fd: number, token: number, onLoss: (reason: string) => void): Outbox => {
  const way = openWay(native, fd);
  let blocked = false;
  let isGone = way.kind === 'closed';
  let saidFull = false;
  let discarded = 0;
  let timesFull = 0;

  const discard = (): void => {
    discarded += journal.tail(index) - journal.head(index);
    journal.advance(index, journal.tail(index));
  };

  const fail = (error: number): void => {
    const isFull = error === ERROR.ENOSPC || error === ERROR.EDQUOT;
    if (!isFull) isGone = true;
    const isSaid = isFull && saidFull;
    saidFull ||= isFull;
    discard();
    // Last: what is said may come here again.
    if (!isSaid) onLoss(isFull ? 'no space left on its device' : `its reader is gone (error ${error})`);
  };

  const wait = (): void => {
    timesFull += 1;
    if (timesFull === GROW_AFTER && way.kind === 'pipe') native.setPipeBytes(way.fd, GROWN_PIPE_BYTES);
    const error = native.arm(way.fd, WRITABLE, token);
    if (error < 0) fail(-error);
    else blocked = true;
  };

  const flush = (): boolean => {
    if (isGone) discard();
    while (!blocked && !isGone) {
      const head = journal.head(index);
      const length = journal.tail(index) - head;
      if (length === 0) return true;
      const write = way.kind === 'pipe' ? native.writeLines : native.writeBox;
      const written = write(way.fd, outboxAt(index) + head, length, way.isShared);
      if (written > 0) journal.advance(index, head + written);
      else if (written === -ERROR.EAGAIN) wait();
      else if (written !== -ERROR.EINTR) fail(-written);
    }
    return journal.head(index) === journal.tail(index);
  };

  return {
    index,
    isTerminal: way.kind === 'terminal',
    isBlocked: () => blocked,
    isEmpty: () => journal.head(index) === journal.tail(index),
    flush,
    onWritable: () => {
      blocked = false;
      flush();
    },
    discardedBytes: () => discarded,
    end: () => {
      native.disarm(way.fd);
      if (way.isOwn) native.close(way.fd);
    },
  };
};

/** A description of our own where writing may block. A file is used as it is: it blocks for no longer than its disk, and
 *  whoever shares the description (a shell that redirects several commands) counts on its offset moving along. */
const openWay = (native: Native, fd: number): Way => {
  const kind = native.kind(fd);
  if (kind === 'closed' || kind === 'device' || kind === 'file') return { fd, kind, isOwn: false, isShared: false };
  const own = native.reopen(fd);
  if (own >= 0) return { fd: own, kind, isOwn: true, isShared: false };
  return { fd, kind, isOwn: false, isShared: true };
};

/** The same pipe, terminal or file behind two descriptors? */
export const isSameFile = (one: number, other: number): boolean => {
  try {
    const first = fstatSync(one);
    const second = fstatSync(other);
    if (first.isCharacterDevice()) return first.rdev === second.rdev;
    return first.dev === second.dev && first.ino === second.ino;
  } catch {
    return false;
  }
};
