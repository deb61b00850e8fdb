/**
 * The standard health check of gRPC servers (grpc.health.v1.Health/Check) over HTTP/2 without TLS. The two messages are a string and a number:
 * they are written and read here. Loaded when the first such check is to be made.
 */
import { connect } from 'node:http2';
import { activeClock } from '../clock.ts';

export type GrpcTarget = { readonly host: string; readonly port: number; readonly service: string };

const PATH = '/grpc.health.v1.Health/Check';
const OK = '0';
const FRAME_BYTES = 5;
/** An answer is a few bytes; whoever sends more is no health service. */
const LONGEST_ANSWER = 65_536;
const SERVING = 1;
/** As the service's definition numbers them. */
const STATES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'] as const;

/** Returns the way to give up; nothing is told then. `problem`: why it failed, or null. */
export const probeGrpc = (target: GrpcTarget, timeoutMs: number, done: (problem: string | null) => void): (() => void) => {
  const { host, port, service } = target;
  const place = `${host}:${port}`;
  const session = connect(`http://${host.includes(':') ? `[${host}]` : host}:${port}`);
  let isOver = false;
  const close = (): void => {
    isOver = true;
    forgetTime();
    session.destroy();
  };
  const end = (problem: string | null): void => {
    if (isOver) return;
    close();
    done(problem);
  };
  const forgetTime = activeClock.at(activeClock.nowMs() + timeoutMs, () => end(`no answer from ${place} within ${timeoutMs / 1000} seconds`));
  session.on('error', (error) => end(`cannot ask ${place}: ${error.message}`));
  session.on('close', () => end(`${place} has closed the connection`));

  const stream = session.request({ ':method': 'POST', ':path': PATH, 'content-type': 'application/grpc', te: 'trailers', 'user-agent': 'tsinit' });
  const pieces: Buffer[] = [];
  let length = 0;
  let head: Readonly<Record<string, unknown>> = {};
  stream.on('response', (headers) => {
    head = headers;
  });
  // An answer without a message has its trailers in its head.
  stream.on('trailers', (trailers) => {
    head = { ...head, ...trailers };
  });
  stream.on('data', (piece: Buffer) => {
    pieces.push(piece);
    length += piece.length;
    if (length > LONGEST_ANSWER) end(`${place} answered more than a health service does`);
  });
  stream.on('error', (error) => end(`cannot ask ${place}: ${error.message}`));
  stream.on('end', () => end(judge(place, service, head, Buffer.concat(pieces))));
  stream.end(requestOf(service));
  return close;
};

/** One field, number 1, a string: the service's name. The frame in front: not compressed, length. */
const requestOf = (service: string): Buffer => {
  const name = Buffer.from(service);
  const field = name.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a]), varint(name.length), name]);
  const frame = Buffer.alloc(FRAME_BYTES);
  frame.writeUInt32BE(field.length, 1);
  return Buffer.concat([frame, field]);
};

const varint = (value: number): Buffer => Buffer.from(value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]);

const judge = (place: string, service: string, head: Readonly<Record<string, unknown>>, body: Buffer): string | null => {
  const status = head['grpc-status'];
  if (head[':status'] !== 200 || typeof status !== 'string') return `${place} does not answer as a gRPC server (HTTP status ${String(head[':status'])})`;
  if (status !== OK) return `${place} refused the check with gRPC status ${status}${messageOf(head['grpc-message'])}`;
  const state = stateOf(body);
  if (state === SERVING) return null;
  return `${place}${service === '' ? '' : `/${service}`} answered ${STATES[state] ?? `state ${state}`}`;
};

const messageOf = (message: unknown): string => {
  if (typeof message !== 'string' || message === '') return '';
  try {
    return `: ${decodeURIComponent(message)}`;
  } catch {
    return `: ${message}`;
  }
};

/** Of the message's field 1, a number; absent: 0. */
const stateOf = (body: Buffer): number => (body[FRAME_BYTES] === 0x08 ? (body[FRAME_BYTES + 1] ?? 0) : 0);
