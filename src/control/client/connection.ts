/**
 * One connection to a server, opened by its first request and kept for the next; one request at a time. Knows HTTP, not what is
 * asked.
 */
import { connect, type Socket } from 'node:net';
import { type Address, hostHeaderOf } from './address.ts';
import { failed } from './failure.ts';
import { type Head, responseReader } from './response.ts';

export type Login = { readonly username: string; readonly password: string };

export type Connection = {
  /** Resolves to the whole body of a 200; everything else is a failure. */
  readonly request: (method: 'GET' | 'POST', path: string, body?: Request) => Promise<Buffer>;
  /** Hands the body of a 200 on as it comes; resolves at its end. */
  readonly follow: (path: string, onBody: (bytes: Buffer) => void) => Promise<void>;
  readonly close: () => void;
};

export type Request = { readonly type: string; readonly text: string };

/** An answer larger than this is none of a server of ours. */
const LARGEST_ANSWER = 256 * 1024 * 1024;

/** What the socket tells the request that is under way; null between two of them. */
type Waiting = { readonly push: (bytes: Buffer) => void; readonly over: (error: Error | null) => void };

export const openConnection = (address: Address, login: Login | null): Connection => {
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

  const exchange = (text: string, onHead: (head: Head) => void, onBody: (bytes: Buffer) => void): Promise<void> =>
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

  const headers = commonHeaders(address, login);
  return {
    request: async (method, path, body) => {
      const parts: Buffer[] = [];
      let size = 0;
      let status: Head | null = null;
      const length = body === undefined ? '' : `Content-Type: ${body.type}\r\nContent-Length: ${Buffer.byteLength(body.text)}\r\n`;
      await exchange(
        `${method} ${path} HTTP/1.1\r\n${headers}${length}\r\n${body?.text ?? ''}`,
        (head) => {
          status = head;
        },
        (bytes) => {
          size += bytes.length;
          if (size > LARGEST_ANSWER) throw failed({ kind: 'strange', what: 'its answer has no end' });
          parts.push(bytes);
        },
      );
      refuseOthers(status);
      const [only] = parts;
      return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
    },
    follow: async (path, onBody) => {
      await exchange(`GET ${path} HTTP/1.1\r\n${headers}\r\n`, refuseOthers, onBody);
    },
    close,
  };
};

/** `@name` is a name in the abstract namespace. */
const nameOf = (path: string): string => (path.startsWith('@') ? `\0${path.slice(1)}` : path);

const refuseOthers = (head: Head | null): void => {
  if (head !== null && head.status !== 200) throw failed({ kind: 'status', status: head.status, reason: head.reason });
};

const commonHeaders = (address: Address, login: Login | null): string => {
  const basic = login === null ? '' : `Authorization: Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}\r\n`;
  return `Host: ${hostHeaderOf(address)}\r\nAccept: */*\r\nUser-Agent: tsinit\r\n${basic}`;
};
