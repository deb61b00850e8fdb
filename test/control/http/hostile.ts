/** Requests with something wrong in them, from noise to nearly right; and a client that sends them in pieces. */
import { connect } from 'node:net';
import fc from 'fast-check';
import { basic, readAll } from './support.ts';

/** For servers that know these. */
export const LOGIN = basic('u:p');
export const GOOD = `GET /echo HTTP/1.1\r\nConnection: close\r\n${LOGIN}\r\n`;
const BODY = `POST /body HTTP/1.1\r\n${LOGIN}Content-Length: 10\r\n\r\n0123456789`;

/** Pieces of requests, so that the way beyond the parser is found often. */
const words = fc.constantFrom(
  'GET ',
  'POST ',
  'HEAD ',
  'CONNECT ',
  '/echo',
  '/body',
  '/..',
  '%2e%2e',
  '*',
  'http://x/echo',
  ' HTTP/1.1',
  ' HTTP/1.0',
  ' HTTP/9.9',
  '\r\n',
  '\n',
  '\r',
  '\0',
  ': ',
  ',',
  'Host',
  'Content-Length',
  'Transfer-Encoding',
  'chunked',
  'Connection',
  'keep-alive',
  'close',
  'Upgrade',
  'websocket',
  'Expect',
  '100-continue',
  'Origin',
  'Authorization',
  'Basic ',
  'dTpw',
  '10',
  '-1',
  '1e3',
  '99999999999999999999',
  '0',
  '5\r\nabcde\r\n',
  '0\r\n\r\n',
  LOGIN,
  GOOD,
  BODY,
  GOOD.slice(0, 40),
  'x'.repeat(5_000),
  '\t',
  ';q=1',
  '?a=%',
);

/** `good`: requests to spoil. */
export const hostileBytes = (good: readonly [string, ...string[]] = [GOOD, BODY]): fc.Arbitrary<Buffer> =>
  fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.array(words, { maxLength: 25 }).map((parts) => Buffer.from(parts.join(''), 'latin1')),
    // A good request with something wrong in it.
    fc
      .tuple(fc.constantFrom(...good), fc.nat(200), fc.string({ maxLength: 8 }), fc.nat(8))
      .map(([text, at, more, without]) => Buffer.from(text.slice(0, at) + more + text.slice(at + without), 'latin1')),
  );

/** What came back until the end; `cuts` say where the pieces end. */
export const sendInPieces = async (server: { readonly path: string }, bytes: Buffer, cuts: readonly number[], end: 'end' | 'destroy'): Promise<string> => {
  const socket = connect(server);
  const answer = readAll(socket);
  let from = 0;
  for (const cut of [...cuts.map((each) => each % (bytes.length + 1)).sort((left, right) => left - right), bytes.length]) {
    if (socket.destroyed) break;
    await new Promise<void>((resolve) => void socket.write(bytes.subarray(from, cut), () => resolve()));
    from = cut;
  }
  if (end === 'end') socket.end();
  else socket.destroy();
  return answer;
};
