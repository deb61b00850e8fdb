/** One connection of Node's, opened by its first exchange and kept for the next; one exchange at a time. */
import { connect, type Socket } from 'node:net';
import type { Address } from './address.ts';
import type { Exchange, Line } from './connection.ts';
import { failed } from './failure.ts';
import { responseReader } from './response.ts';

/** What the socket tells the request that is under way; null between two of them. */
type Waiting = { readonly push: (bytes: Buffer) => void; readonly over: (error: Error | null) => void };

export const exchangeBySocket = (address: Address): Line => {
  let socket: Socket | null = null;
  let waiting: Waiting | null = null;

  const opened = (): Socket => {
    if (socket !== null) return socket;
    const fresh = address.kind === 'unix' ? connect({ path: nameOf(address.path) }) : connect({ host: address.host, port: address.port, noDelay: true });
    const isCurrent = (): boolean => socket === fresh;
    fresh.on('data', (bytes) => waiting?.push(bytes));
    fresh.on('error', (error: NodeJS.ErrnoException) => {
      if (isCurrent()) waiting?.over(failed({ kind: 'unreachable', code: error.code ?? error.message }));
    });
    fresh.on('close', () => {
      if (!isCurrent()) return;
      socket = null;
      waiting?.over(null);
    });
    socket = fresh;
    return fresh;
  };

  const close = (): void => {
    const used = socket;
    socket = null;
    used?.destroy();
  };

  const exchange: Exchange = (text, onHead, onBody) =>
    new Promise((resolve, reject) => {
      const used = opened();
      const reader = responseReader(onHead, onBody);
      const over = (error: Error | null): void => {
        waiting = null;
        if (error === null && reader.mayReuse()) used.unref();
        else close();
        if (error !== null) reject(error);
        else if (reader.end()) resolve();
        else reject(failed({ kind: 'strange', what: 'it has closed the connection without an answer' }));
      };
      const push = (bytes: Buffer): void => {
        try {
          if (reader.push(bytes)) over(null);
        } catch (error) {
          over(error instanceof Error ? error : new Error(String(error)));
        }
      };
      waiting = { push, over };
      used.ref();
      used.write(text);
    });
  const open = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const fresh = opened();
      if (!fresh.connecting) resolve();
      fresh.once('connect', resolve);
      fresh.once('error', (error: NodeJS.ErrnoException) => reject(failed({ kind: 'unreachable', code: error.code ?? error.message })));
    });
  return { open, exchange, close };
};

/** `@name` is a name in the abstract namespace. */
const nameOf = (path: string): string => (path.startsWith('@') ? `\0${path.slice(1)}` : path);
