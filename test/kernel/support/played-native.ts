/**
 * The addon's part of init's socket, played: receive() gives what the test says, send() takes as much as it is allowed to.
 * What the log path needs of the addon is refused loudly.
 */
import type { Native } from '../../../src/kernel/native.ts';

const EAGAIN = 11;

export type Delivery = { readonly bytes: Uint8Array; readonly descriptors?: readonly number[] } | { readonly error: number } | 'end';

export type PlayedNative = {
  readonly native: Native;
  /** What receive() gives, in this order; then EAGAIN. Longer bytes than there is room for come in several calls. */
  readonly deliver: (...deliveries: readonly Delivery[]) => void;
  /** Everything that was sent. */
  readonly sent: () => Uint8Array;
  /** How many bytes send() takes from now on before it says EAGAIN; or what it answers instead. */
  readonly allow: (bytes: number) => void;
  readonly failSending: (...errors: readonly number[]) => void;
  /** What is armed now: `1:token` or `2:token`, by descriptor. */
  readonly armed: ReadonlyMap<number, string>;
};

export const playNative = (): PlayedNative => {
  const incoming: Delivery[] = [];
  const outgoing: number[] = [];
  const armed = new Map<number, string>();
  const sendErrors: number[] = [];
  let allowance = Number.POSITIVE_INFINITY;

  const receive: Native['receive'] = (_fd, into, fds) => {
    const next = incoming.shift();
    fds[0] = 0;
    if (next === undefined) return -EAGAIN;
    if (next === 'end') return 0;
    if ('error' in next) return -next.error;
    const { bytes, descriptors = [] } = next;
    const taken = bytes.subarray(0, into.length);
    if (taken.length < bytes.length) incoming.unshift({ bytes: bytes.subarray(taken.length) });
    into.set(taken);
    fds.set([descriptors.length, ...descriptors]);
    return taken.length;
  };

  const send: Native['send'] = (_fd, from, offset, length) => {
    const error = sendErrors.shift();
    if (error !== undefined) return -error;
    const taken = Math.min(length, allowance);
    if (taken === 0) return -EAGAIN;
    allowance -= taken;
    outgoing.push(...from.subarray(offset, offset + taken));
    return taken;
  };

  const refuse = (): never => {
    throw new Error('the link has no business with this function');
  };

  return {
    armed,
    native: {
      receive,
      send,
      arm: (fd, interest, token) => {
        armed.set(fd, `${interest}:${token}`);
        return 0;
      },
      disarm: (fd) => void armed.delete(fd),
      onReady: refuse,
      close: refuse,
      mapBox: refuse,
      punchBox: refuse,
      readBox: refuse,
      writeBox: refuse,
      writeLines: refuse,
      reopen: refuse,
      setNonBlocking: refuse,
      writeNow: refuse,
      kind: refuse,
      setPipeBytes: refuse,
      trim: refuse,
      connectDatagram: refuse,
      connectStream: refuse,
      endNow: () => undefined,
      peerOf: refuse,
      bindDatagram: refuse,
      receiveDatagram: refuse,
      openPlace: refuse,
      movePlace: refuse,
      openSocketFile: refuse,
    },
    deliver: (...deliveries) => void incoming.push(...deliveries),
    sent: () => Uint8Array.from(outgoing),
    allow: (bytes) => {
      allowance = bytes;
    },
    failSending: (...errors) => void sendErrors.push(...errors),
  };
};
