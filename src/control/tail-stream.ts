/**
 * Logs as streams: GET /logtail/NAME[/stdout|/stderr] and GET /mainlogtail. Each begins with the last kilobyte and goes on until its client
 * leaves. A client that reads slowly is not read for: what it does not take stays in the log.
 */
import type { Writable } from 'node:stream';
import { findProcess } from './api/names.ts';
import type { Exchange, Surface } from './exchange.ts';
import { follow } from './follow.ts';
import type { Follower } from './follow.ts';
import { errorPage } from './http/error-page.ts';
import type { Channel, ControlPort, LogSource } from './port.ts';

const HEAD_BYTES = 1024;
const POLL_EVERY_MS = 100;
const PIECE_BYTES = 64 * 1024;

/** Of one stream in one go; others wait meanwhile. */
const MOST_PIECES = 8;

/** So often a stream looks whether its log is still the one it follows: a reload may have named another. */
const POLLS_BETWEEN_LOOKUPS = 10;

type Stream = { readonly poll: () => void };

export const createTailStreams = (port: ControlPort): Surface => {
  const streams = new Set<Stream>();
  let timer: NodeJS.Timeout | null = null;

  const add = (stream: Stream): void => {
    streams.add(stream);
    timer ??= setInterval(() => streams.forEach(({ poll }) => poll()), POLL_EVERY_MS).unref();
    stream.poll();
  };
  const remove = (stream: Stream): void => {
    streams.delete(stream);
    if (streams.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };

  return (exchange) => {
    const find = sourceAt(port, exchange.path);
    if (find === null) return false;
    if (exchange.method !== 'GET') {
      exchange.reply(errorPage(400));
      return true;
    }
    const source = find();
    const follower = source === null ? null : follow(source, HEAD_BYTES);
    if (source === null || follower === null) exchange.reply(errorPage(404));
    else serve({ exchange, find, source, follower, add, remove });
    return true;
  };
};

/** Null: the path is not one of ours. The source is looked up anew each time: processes come and go. */
const sourceAt = (port: ControlPort, path: string): (() => LogSource | null) | null => {
  const [first = '', name = '', channel = 'stdout', ...more] = path.replace(/^\/+/u, '').split('/');
  if (first === 'mainlogtail') return () => port.mainLog();
  if (first !== 'logtail') return null;
  return () => {
    if (!isChannel(channel) || more.length > 0) return null;
    const found = findProcess(port, name);
    return found.ok ? port.log(found.value.index, channel) : null;
  };
};

const isChannel = (text: string): text is Channel => text === 'stdout' || text === 'stderr';

type Serving = {
  readonly exchange: Exchange;
  readonly find: () => LogSource | null;
  readonly source: LogSource;
  readonly follower: Follower;
  readonly add: (stream: Stream) => void;
  readonly remove: (stream: Stream) => void;
};

const serve = (serving: Serving): void => {
  let { source, follower } = serving;
  const out = serving.exchange.stream({ status: 200, type: 'text/plain;charset=utf-8', headers: headersOf(follower) });
  let polls = 0;

  const lookUp = (): void => {
    const now = serving.find();
    if (now === null || isSame(now, source)) return;
    const next = follow(now, HEAD_BYTES);
    if (next === null) return;
    follower.close();
    [source, follower] = [now, next];
  };
  const stream: Stream = {
    poll: () => {
      if (out.writableNeedDrain) return;
      if (++polls % POLLS_BETWEEN_LOOKUPS === 0) lookUp();
      pour(follower, out);
    },
  };
  let hasEnded = false;
  const end = (): void => {
    if (hasEnded) return;
    hasEnded = true;
    serving.remove(stream);
    follower.close();
    out.destroy();
  };
  // What did not fit goes on as soon as there is room: a poll's time would hold a busy log back.
  out.on('drain', stream.poll);
  out.on('close', end);
  out.on('error', end);
  serving.exchange.onGone(end);
  serving.add(stream);
};

const pour = (follower: Follower, out: Writable): void => {
  for (let count = 0; count < MOST_PIECES && !out.writableNeedDrain; count += 1) {
    const piece = follower.next(PIECE_BYTES);
    if (piece === null) return;
    out.write(piece);
  }
};

/** One in memory that was emptied by a reload shows as shorter than it was. */
const isSame = (a: LogSource, b: LogSource): boolean => (a.kind === 'file' ? b.kind === 'file' && a.path === b.path : b.kind === 'memory');

/** A proxy that collects answers would hold a stream for ever. */
const headersOf = ({ modifiedAt }: Follower): Readonly<Record<string, string>> => ({
  'X-Accel-Buffering': 'no',
  ...(modifiedAt === null ? {} : { 'Last-Modified': modifiedAt.toUTCString() }),
});
