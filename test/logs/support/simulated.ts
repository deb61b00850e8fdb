/**
 * A kernel and a clock for the log path that do what a test says, and nothing else: pipes are queues of chunks, the
 * container's streams are lists of bytes that take as much as they are allowed to. A crash is an exception from any call.
 */
import { closeSync, openSync } from 'node:fs';
import { boxOn } from '../../../src/kernel/box/box.ts';
import { BOX_BYTES, CARRY_AT, CARRY_BYTES } from '../../../src/kernel/box/box.ts';
import type { Box } from '../../../src/kernel/box/box.ts';
import type { Clock } from '../../../src/kernel/kernel.ts';
import type { Native } from '../../../src/kernel/native.ts';

const EAGAIN = -11;
const PIPE_BUF = 4096;

export type Output = { bytes: number[]; allowance: number; error: number };
type Input = { chunks: Uint8Array[]; isEnded: boolean; isClosed: boolean };

export type World = {
  /** A new supervisor's view: the same pipes and the same box. `onCall` runs before and after each effect. */
  readonly native: (onCall?: () => void) => Native;
  readonly box: () => Box;
  readonly outputs: ReadonlyMap<number, Output>;
  readonly clock: Clock;
  readonly defer: (callback: () => void) => void;
  readonly input: (fd: number) => Input;
  /** Tells readiness and runs timers until nothing happens any more. */
  readonly run: () => void;
  /** What a crash takes along: waits, timers, deferred work. */
  readonly forget: () => void;
  readonly text: (fd: number) => string;
  /** What stands in the file of this path. */
  readonly file: (path: string) => string;
};

/** A box for `streams` streams at most: a full one is a quarter of a gigabyte of address space. */
export const createWorld = (streams = 16): World => {
  const buffer = new ArrayBuffer(Math.min(BOX_BYTES, CARRY_AT + streams * CARRY_BYTES));
  const bytes = new Uint8Array(buffer);
  const inputs = new Map<number, Input>();
  const outputs = new Map<number, Output>([1, 2].map((fd) => [fd, { bytes: [], allowance: Number.POSITIVE_INFINITY, error: 0 }]));
  const files = new Map<string, Output>();
  /** They stand for files, and are real for fstat(2) and close(2). */
  let opened: number[] = [];
  const armed = new Map<number, { interest: 1 | 2; token: number }>();
  let timers: { atMs: number; callback: () => void }[] = [];
  let deferred: (() => void)[] = [];
  let listener: (token: number) => void = () => {};
  let nowMs = 0;

  const input = (fd: number): Input => {
    const known = inputs.get(fd) ?? { chunks: [], isEnded: false, isClosed: false };
    inputs.set(fd, known);
    return known;
  };

  const fileOf = (path: string): Output => {
    const known = files.get(path) ?? { bytes: [], allowance: Number.POSITIVE_INFINITY, error: 0 };
    files.set(path, known);
    return known;
  };

  const read = (fd: number, offset: number, length: number): number => {
    const { chunks, isEnded } = input(fd);
    const first = chunks[0];
    if (first === undefined) return isEnded ? 0 : EAGAIN;
    const part = first.subarray(0, length);
    bytes.set(part, offset);
    if (part.length === first.length) chunks.shift();
    else chunks[0] = first.subarray(part.length);
    return part.length;
  };

  const writeLines = (fd: number, offset: number, length: number): number => {
    const output = outputs.get(fd);
    if (output === undefined) return -9;
    if (output.error !== 0) return -output.error;
    let done = 0;
    while (done < length) {
      const piece = pieceOf(bytes, offset + done, length - done);
      const taken = piece <= PIPE_BUF ? (piece <= output.allowance ? piece : 0) : Math.min(piece, output.allowance);
      if (taken === 0) break;
      for (let index = 0; index < taken; index += 1) output.bytes.push(bytes[offset + done + index] ?? 0);
      output.allowance -= taken;
      done += taken;
      if (taken < piece) break;
    }
    return done > 0 ? done : EAGAIN;
  };

  const native = (onCall: () => void = () => {}): Native => {
    const around = <Value>(act: () => Value): Value => {
      onCall();
      const value = act();
      onCall();
      return value;
    };
    return {
      mapBox: () => buffer,
      punchBox: (_fd, offset, length) => {
        bytes.fill(0, offset, offset + length);
        return 0;
      },
      readBox: (fd, offset, length) => around(() => read(fd, offset, length)),
      writeBox: (fd, offset, length) => around(() => writeLines(fd, offset, length)),
      writeLines: (fd, offset, length) => around(() => writeLines(fd, offset, length)),
      receive: () => EAGAIN,
      send: () => EAGAIN,
      arm: (fd, interest, token) => {
        armed.set(fd, { interest, token });
        return 0;
      },
      disarm: (fd) => void armed.delete(fd),
      onReady: (callback) => {
        listener = callback;
      },
      close: (fd) => {
        armed.delete(fd);
        if (inputs.has(fd)) input(fd).isClosed = true;
        return 0;
      },
      reopen: (fd) => fd,
      setNonBlocking: () => 0,
      writeNow: (_fd, _from, _offset, size) => size,
      kind: () => 'pipe',
      setPipeBytes: (_fd, size) => size,
      trim: () => {},
      connectDatagram: () => -2,
      connectStream: () => -2,
      endNow: () => undefined,
      peerOf: () => -107,
      bindDatagram: () => -1,
      receiveDatagram: () => -11,
      openPlace: (path) => {
        const fd = openSync('/dev/null', 'w');
        opened.push(fd);
        outputs.set(fd, fileOf(new TextDecoder().decode(path)));
        return fd;
      },
      movePlace: () => -2,
      openSocketFile: () => -2,
    };
  };

  const isReady = (fd: number, interest: 1 | 2): boolean => {
    if (interest === 2) return (outputs.get(fd)?.allowance ?? 0) >= PIPE_BUF || outputs.get(fd)?.error !== 0;
    const { chunks, isEnded } = input(fd);
    return chunks.length > 0 || isEnded;
  };

  const runOnce = (): boolean => {
    const work = deferred;
    deferred = [];
    for (const callback of work) callback();
    let happened = work.length > 0;
    for (const [fd, { interest, token }] of armed) {
      if (!isReady(fd, interest)) continue;
      armed.delete(fd);
      listener(token);
      happened = true;
    }
    if (happened) return true;
    const next = timers.sort((left, right) => left.atMs - right.atMs).shift();
    if (next === undefined) return false;
    nowMs = Math.max(nowMs, next.atMs);
    next.callback();
    return true;
  };

  return {
    native,
    input,
    outputs,
    box: () => boxOn(4, bytes, new Int32Array(buffer)),
    clock: {
      nowMs: () => nowMs,
      at: (atMs, callback) => {
        const timer = { atMs, callback };
        timers.push(timer);
        return () => {
          timers = timers.filter((other) => other !== timer);
        };
      },
    },
    defer: (callback) => void deferred.push(callback),
    run: () => {
      while (runOnce());
    },
    forget: () => {
      for (const fd of opened) if (outputs.delete(fd)) closeIfOpen(fd);
      opened = [];
      armed.clear();
      timers = [];
      deferred = [];
    },
    file: (path) => new TextDecoder().decode(Uint8Array.from(files.get(path)?.bytes ?? [])),
    text: (fd) => new TextDecoder().decode(Uint8Array.from(outputs.get(fd)?.bytes ?? [])),
  };
};

const closeIfOpen = (fd: number): void => {
  try {
    closeSync(fd);
  } catch {
    // closed by the log path
  }
};

/** What the addon's writeLines() gives to one write(2). */
const pieceOf = (bytes: Uint8Array, from: number, left: number): number => {
  if (left <= PIPE_BUF) return left;
  const within = bytes.subarray(from, from + PIPE_BUF).lastIndexOf(10);
  if (within >= 0) return within + 1;
  const beyond = bytes.subarray(from + PIPE_BUF, from + left).indexOf(10);
  return beyond >= 0 ? PIPE_BUF + beyond + 1 : left;
};
