/**
 * One connection: what it does at the moment, and until when it may. One timer for all deadlines, set anew only when a deadline comes
 * nearer, so that a request costs none and a client that waits does not wake anybody.
 */
import type { Socket } from 'node:net';
import { bareError } from './error-page.ts';
import type { Limits } from './limits.ts';

export type Doing = 'head' | 'body' | 'work' | 'answer' | 'stream' | 'idle' | 'refused';

/** What all connections have to share. */
export type Shared = {
  readonly limits: Limits;
  readonly serverName: string;
  readonly hasRoom: (bytes: number) => boolean;
  /** This one has more to read than before. */
  readonly onAnswer: () => void;
};

export type Connection = {
  readonly socket: Socket;
  readonly limits: Limits;
  readonly doing: () => Doing;
  readonly sinceMs: () => number;
  readonly reservedBytes: () => number;
  /** Of answers that wait to be read. */
  readonly waitingBytes: () => number;
  /** An answer of so many bytes waits from now on; returns the end of that. */
  readonly holds: (bytes: number) => () => void;
  readonly receives: () => void;
  /** Takes as long as it takes. */
  readonly works: () => void;
  readonly answers: () => void;
  /** Waits for what there is to tell. */
  readonly streams: () => void;
  readonly rests: () => void;
  /** Room for a body; false when all bodies together would be too much. */
  readonly reserve: (bytes: number) => boolean;
  /** Answers without a request, and closes. */
  readonly refuse: (status: number) => void;
  /** Nothing is served after the present request. */
  readonly retire: () => void;
};

export const hold = (socket: Socket, shared: Shared): Connection => {
  const { limits } = shared;
  let doing: Doing = 'head';
  let sinceMs = performance.now();
  let deadlineMs = sinceMs + limits.headMs;
  let timerMs = deadlineMs;
  let timer = setTimeout(onTimer, limits.headMs);
  let reservedBytes = 0;
  let takenBytes = 0;
  let heldBytes = 0;
  let isRetired = false;
  socket.once('close', () => {
    reservedBytes = 0;
    clearTimeout(timer);
  });
  /** What the kernel has taken of our answers; a client that reads makes it grow. */
  const taken = (): number => socket.bytesWritten - queuedBytes(socket);

  function arm(): void {
    clearTimeout(timer);
    timerMs = deadlineMs;
    if (deadlineMs !== Infinity && !socket.destroyed) timer = setTimeout(onTimer, Math.max(1, deadlineMs - performance.now()));
  }
  function onTimer(): void {
    timerMs = Infinity;
    if (performance.now() < deadlineMs) return arm();
    // A machine that is slow is no client that is slow: what has come meanwhile is read first.
    setImmediate(() => {
      if (performance.now() < deadlineMs) return arm();
      if (doing !== 'answer' || taken() === takenBytes) return void socket.destroy();
      enter('answer', limits.stalledMs);
    });
  }
  function enter(next: Doing, allowedMs: number): void {
    doing = next;
    sinceMs = performance.now();
    deadlineMs = sinceMs + allowedMs;
    takenBytes = taken();
    if (deadlineMs < timerMs) arm();
  }

  return {
    socket,
    limits,
    doing: () => doing,
    sinceMs: () => sinceMs,
    reservedBytes: () => reservedBytes,
    waitingBytes: () => Math.max(heldBytes, socket.writableLength),
    holds: (bytes) => {
      heldBytes += bytes;
      return () => {
        heldBytes -= bytes;
      };
    },
    receives: () => enter('body', limits.bodyMs),
    works: () => {
      reservedBytes = 0;
      enter('work', Infinity);
    },
    answers: () => {
      reservedBytes = 0;
      enter('answer', limits.stalledMs);
      shared.onAnswer();
    },
    streams: () => (isRetired ? void socket.destroy() : enter('stream', Infinity)),
    rests: () => (isRetired ? void socket.destroy() : enter('idle', limits.idleMs)),
    reserve: (bytes) => {
      if (!shared.hasRoom(bytes)) return false;
      reservedBytes = bytes;
      return true;
    },
    refuse: (status) => {
      if (doing === 'refused') return;
      enter('refused', limits.lingerMs);
      socket.end(bareError(status, shared.serverName));
      socket.resume();
    },
    retire: () => {
      isRetired = true;
      if (doing === 'idle' || doing === 'head' || doing === 'stream') socket.destroy();
    },
  };
};

/** What the kernel has not taken yet. Node counts a piece as a whole until its last byte is gone; its handle knows better. */
const queuedBytes = (socket: Socket): number => {
  const handle: unknown = Reflect.get(socket, '_handle');
  const bytes: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'writeQueueSize') : null;
  return typeof bytes === 'number' ? bytes : socket.writableLength;
};
