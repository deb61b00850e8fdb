/**
 * The way a client speaks when it has nothing else to do: one that waits for each answer, by the descriptor alone. Saves the time that
 * Node's sockets and streams take to be set up, which is most of a short client's life.
 */
import type { Exchange, Line } from './connection.ts';
import { failed } from './failure.ts';
import { responseReader } from './response.ts';

export type Wire = {
  /** All of it. Throws the kernel's error. */
  readonly send: (text: string) => void;
  /** What has come, once there is something; empty at the end. It holds until the next call. */
  readonly receive: () => Buffer;
  readonly close: () => void;
};

/** A connection to a unix socket, or the name of the kernel's error. */
export type Dial = (path: string) => Wire | { readonly error: string };

export const exchangeByWire = (path: string, dial: Dial): Line => {
  let wire: Wire | null = null;
  const close = (): void => {
    wire?.close();
    wire = null;
  };
  const opened = (): Wire => {
    if (wire !== null) return wire;
    const dialled = dial(path);
    if ('error' in dialled) throw failed({ kind: 'unreachable', code: dialled.error });
    return (wire = dialled);
  };
  const exchange: Exchange = (text, onHead, onBody) => {
    const used = opened();
    const reader = responseReader(onHead, onBody);
    try {
      used.send(text);
      for (let bytes = used.receive(); !reader.push(bytes); bytes = used.receive()) {
        if (bytes.length > 0) continue;
        if (reader.end()) break;
        throw failed({ kind: 'strange', what: 'it has closed the connection without an answer' });
      }
    } catch (error) {
      close();
      throw isKernelError(error) ? failed({ kind: 'unreachable', code: error.code }) : error;
    }
    if (!reader.mayReuse()) close();
    return Promise.resolve();
  };
  const open = (): Promise<void> => {
    opened();
    return Promise.resolve();
  };
  return { open, exchange, close };
};

const isKernelError = (error: unknown): error is Error & { readonly code: string } => error instanceof Error && 'code' in error && 'syscall' in error;
