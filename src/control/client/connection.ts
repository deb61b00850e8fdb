/**
 * Requests to one server over one connection, opened by the first of them. Knows HTTP, not what is asked, nor how bytes travel: by a
 * socket of Node's, or by a wire (wire.ts) where that is enough.
 */
import { type Address, hostHeaderOf } from './address.ts';
import { failed } from './failure.ts';
import type { Head } from './response.ts';
import { type Dial, exchangeByWire } from './wire.ts';

export type Login = { readonly username: string; readonly password: string };

export type Request = { readonly type: string; readonly text: string };

export type Connection = {
  /** Is anybody there? Rejects when not; before the first request only. */
  readonly open: () => Promise<void>;
  /** Resolves to the whole body of a 200; everything else is a failure. */
  readonly request: (method: 'GET' | 'POST', path: string, body?: Request) => Promise<Buffer>;
  /** Hands the body of a 200 on as it comes; resolves at its end. */
  readonly follow: (path: string, onBody: (bytes: Buffer) => void) => Promise<void>;
  readonly close: () => void;
};

/** One request as text and its answer, piece by piece. */
export type Exchange = (text: string, onHead: (head: Head) => void, onBody: (bytes: Buffer) => void) => Promise<void>;

/** What it goes by. `open` before the first exchange only, for who wants to know whether anybody is there. */
export type Line = { readonly open: () => Promise<void>; readonly exchange: Exchange; readonly close: () => void };

/** An answer larger than this is none of a server of ours. */
const LARGEST_ANSWER = 256 * 1024 * 1024;

/** `dial`: for who can do nothing while it waits; null for who must. */
export const openConnection = (address: Address, login: Login | null, dial: Dial | null): Connection => {
  let isClosed = false;
  let line: Line | null = address.kind === 'unix' && dial !== null ? exchangeByWire(address.path, dial) : null;
  const lineToIt = async (): Promise<Line> => {
    if (line !== null) return line;
    const { exchangeBySocket } = await import('./socket.ts');
    if (isClosed) throw failed({ kind: 'strange', what: 'it was hung up' });
    return (line ??= exchangeBySocket(address));
  };
  const byLine: Exchange = async (...request) => (await lineToIt()).exchange(...request);
  const headers = commonHeaders(address, login);
  return {
    open: async () => (await lineToIt()).open(),
    request: async (method, path, body) => {
      const parts: Buffer[] = [];
      let size = 0;
      let status: Head | null = null;
      const length = body === undefined ? '' : `Content-Type: ${body.type}\r\nContent-Length: ${Buffer.byteLength(body.text)}\r\n`;
      await byLine(
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
      await byLine(`GET ${path} HTTP/1.1\r\n${headers}\r\n`, refuseOthers, onBody);
    },
    close: () => {
      isClosed = true;
      line?.close();
    },
  };
};

const refuseOthers = (head: Head | null): void => {
  if (head !== null && head.status !== 200) throw failed({ kind: 'status', status: head.status, reason: head.reason });
};

const commonHeaders = (address: Address, login: Login | null): string => {
  const basic = login === null ? '' : `Authorization: Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}\r\n`;
  return `Host: ${hostHeaderOf(address)}\r\nAccept: */*\r\nUser-Agent: tsinit\r\n${basic}`;
};
