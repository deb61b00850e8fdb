/** What init says to the supervisor: bytes -> one closed union. Throws FrameError for a frame that breaks the contract. */
import { byteReader, FrameError } from '../box/bytes.ts';
import type { ByteReader } from '../box/bytes.ts';
import type { Leftover, LeftProcess, Usage, Victim, WaitStatus } from '../kernel.ts';
import { EXITED_FLAG, FRAME, HELLO_FLAG, RUN_STATE } from './protocol.ts';
import { describeSpawnFailure, peerSpawnFailure, spawnFailureExitCode } from './spawn-failure.ts';

export type InitFrame =
  | {
      readonly type: 'hello';
      readonly version: number;
      readonly initPid: number;
      readonly isPid1: boolean;
      readonly isTakeover: boolean;
      readonly hasTerminal: boolean;
      readonly starts: number;
      readonly startedAtMs: number;
      readonly files: { readonly soft: number; readonly hard: number };
      readonly lastRun: number;
      readonly lastTaskRun: number;
      readonly environment: readonly Uint8Array[];
    }
  | {
      readonly type: 'run';
      readonly run: number;
      readonly pid: number;
      readonly running: boolean;
      readonly groupEnded: boolean;
      readonly hasStrays?: boolean;
      readonly isLaunching?: boolean;
      readonly status: WaitStatus;
      readonly startedAtMs: number;
      readonly exitedAtMs: number;
      readonly usage: Usage;
      readonly streams: number;
    }
  | { readonly type: 'synced' }
  | { readonly type: 'spawned'; readonly run: number; readonly pid: number; readonly atMs: number; readonly streams: number }
  | { readonly type: 'spawnFailed'; readonly run: number; readonly reason: string; readonly exitCode: number; readonly peerReason?: string }
  | {
      readonly type: 'exited';
      readonly run: number;
      readonly pid: number;
      readonly status: WaitStatus;
      readonly groupEnded: boolean;
      readonly left?: LeftProcess;
      readonly atMs: number;
      readonly usage: Usage;
    }
  | { readonly type: 'groupEnded'; readonly run: number; readonly left?: LeftProcess }
  | { readonly type: 'treeEnded'; readonly run: number }
  | { readonly type: 'followed'; readonly run: number; readonly pid: number }
  | { readonly type: 'killed'; readonly run: number; readonly count: number; readonly named: readonly Victim[] }
  | { readonly type: 'signalReceived'; readonly signal: number; readonly senderPid: number; readonly senderUid: number; readonly count: number }
  | { readonly type: 'swept'; readonly killed: number; readonly found?: number; readonly left?: readonly Leftover[] }
  | { readonly type: 'listening'; readonly number: number; readonly index: number; readonly errno: number }
  | { readonly type: 'protocolError'; readonly frame: number; readonly text: string };

/** `body` is the payload without the header. Views into it are copied where they are kept. */
export const readFrame = (type: number, body: Uint8Array): InitFrame => {
  const read = byteReader(body);
  switch (type) {
    case FRAME.HELLO:
      return readHello(read);
    case FRAME.RUN:
      return readRun(read);
    case FRAME.SYNCED:
      return { type: 'synced' };
    case FRAME.SPAWNED:
      return { type: 'spawned', run: read.u32(), pid: read.i32(), atMs: read.nanosecondsAsMs(), streams: read.u32() };
    case FRAME.SPAWN_FAILED: {
      const run = read.u32();
      const failure = { stage: read.u32(), errno: read.i32(), reason: read.u32(), path: read.text(), detail: read.text() };
      const peerReason = peerSpawnFailure(failure);
      const told = { type: 'spawnFailed', run, reason: describeSpawnFailure(failure), exitCode: spawnFailureExitCode(failure) } as const;
      return peerReason === null ? told : { ...told, peerReason };
    }
    case FRAME.EXITED:
      return readExited(read);
    case FRAME.GROUP_ENDED:
      return { type: 'groupEnded', run: read.u32(), ...readLeft(read, read.u32()) };
    case FRAME.TREE_ENDED:
      return { type: 'treeEnded', run: read.u32() };
    case FRAME.FOLLOWED:
      return { type: 'followed', run: read.u32(), pid: read.i32() };
    case FRAME.KILLED:
      return { type: 'killed', run: read.u32(), count: read.u32(), named: Array.from({ length: read.u32() }, () => ({ pid: read.i32(), name: read.text() })) };
    case FRAME.SIGNAL:
      return { type: 'signalReceived', signal: read.u32(), senderPid: read.i32(), senderUid: read.u32(), count: read.u32() };
    case FRAME.SWEPT:
      return { type: 'swept', killed: read.u32(), found: read.u32(), left: Array.from({ length: read.u32() }, () => readLeftover(read)) };
    case FRAME.LISTENING:
      return { type: 'listening', number: read.u32(), index: read.u32(), errno: read.i32() };
    case FRAME.PROTOCOL_ERROR:
      return { type: 'protocolError', frame: read.u32(), text: read.text() };
    default:
      throw new FrameError(`frame type ${type} is not known`);
  }
};

/** Meaning of wait(2)'s status word. */
export const decodeWaitStatus = (word: number): WaitStatus => {
  const signal = word & 0x7f;
  return signal === 0 ? { code: (word >> 8) & 0xff, signal: null, coreDumped: false } : { code: -1, signal, coreDumped: (word & 0x80) !== 0 };
};

const readHello = (read: ByteReader): InitFrame => {
  const version = read.u32();
  const initPid = read.i32();
  const flags = read.u32();
  const starts = read.u32();
  const startedAtMs = read.nanosecondsAsMs();
  const files = { soft: limitOf(read.u64()), hard: limitOf(read.u64()) };
  const lastRun = read.u32();
  const lastTaskRun = read.u32();
  const environment = splitStrings(read.bytes(read.u32()));
  return {
    type: 'hello',
    version,
    initPid,
    starts,
    startedAtMs,
    files,
    lastRun,
    lastTaskRun,
    environment,
    isPid1: (flags & HELLO_FLAG.PID1) !== 0,
    isTakeover: (flags & HELLO_FLAG.TAKEOVER) !== 0,
    hasTerminal: (flags & HELLO_FLAG.TERMINAL) !== 0,
  };
};

const readRun = (read: ByteReader): InitFrame => {
  const run = read.u32();
  const pid = read.i32();
  const state = read.u32();
  const status = decodeWaitStatus(read.i32());
  const startedAtMs = read.nanosecondsAsMs();
  const exitedAtMs = read.nanosecondsAsMs();
  const usage = readUsage(read);
  return {
    type: 'run',
    run,
    pid,
    status,
    startedAtMs,
    exitedAtMs,
    usage,
    streams: read.u32(),
    running: (state & RUN_STATE.RUNNING) !== 0,
    groupEnded: (state & RUN_STATE.GROUP_ENDED) !== 0,
    ...((state & RUN_STATE.STRAYS) === 0 ? {} : { hasStrays: true }),
    ...((state & RUN_STATE.LAUNCHING) === 0 ? {} : { isLaunching: true }),
  };
};

const readExited = (read: ByteReader): InitFrame => {
  const run = read.u32();
  const pid = read.i32();
  const status = decodeWaitStatus(read.i32());
  const flags = read.u32();
  return {
    type: 'exited',
    run,
    pid,
    status,
    groupEnded: (flags & EXITED_FLAG.GROUP_ENDED) !== 0,
    atMs: read.nanosecondsAsMs(),
    usage: readUsage(read),
    ...readLeft(read, flags),
  };
};

const readLeft = (read: ByteReader, flags: number): { readonly left?: LeftProcess } => {
  const [pid, name] = [read.i32(), read.text()];
  return pid === 0 ? {} : { left: { pid, name, isStray: (flags & EXITED_FLAG.STRAYS) !== 0 } };
};

/** A run of number 0 is nobody's. */
const readLeftover = (read: ByteReader): Leftover => ({ pid: read.i32(), run: read.u32(), wasKilled: read.u32() !== 0, name: read.text() });

const readUsage = (read: ByteReader): Usage => ({ userUs: read.u64(), systemUs: read.u64(), maxRssKib: read.u64() });

/** All ones means that there is no limit; a number of 64 bits that large is not exact. */
const limitOf = (value: number): number => (value >= 2 ** 63 ? Number.POSITIVE_INFINITY : value);

const splitStrings = (block: Uint8Array): Uint8Array[] => {
  const strings: Uint8Array[] = [];
  let start = 0;
  for (let end = block.indexOf(0); end !== -1; end = block.indexOf(0, start)) {
    strings.push(block.slice(start, end));
    start = end + 1;
  }
  return strings;
};
