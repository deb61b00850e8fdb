/**
 * A process's state as the black box holds it: 124 bytes, little-endian, always the same size, so that one process's
 * slot can be rewritten alone. Where slots lie and when they are written is the engine's affair; a slot of zeros is
 * not a state. A spawn error is kept to its first 52 bytes.
 */
import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import type { ExitStatus, ProcessState, StateName } from './types.ts';

export const PROCESS_MEMO_BYTES = 124;
export const SPAWN_ERROR_MAX_BYTES = 52;

/** Position is the number in the box: append, never reorder. 0 is nobody's. */
const STATE_NAMES: readonly (StateName | null)[] = [null, 'STOPPED', 'STARTING', 'RUNNING', 'BACKOFF', 'STOPPING', 'EXITED', 'FATAL', 'UNKNOWN'];

const MORE = { ready: 1, held: 2, retry: 4, fatal: 8, left: 16, outOfMemory: 256 } as const;
const FLAG = { up: 1, lingering: 2, killed: 4, deadline: 8, exit: 16, signal: 32, coreDumped: 64, killAt: 128 } as const;

const OFFSET = {
  state: 0,
  flags: 1,
  signal: 2,
  errorBytes: 3,
  run: 4,
  pid: 8,
  failures: 12,
  code: 16,
  lastPid: 20,
  startedAt: 24,
  stoppedAt: 32,
  deadline: 40,
  error: 48,
  more: 108,
  restarts: 112,
  budgetSince: 116,
  killAt: 100,
} as const;

/** Writes all PROCESS_MEMO_BYTES at `offset`. */
export const encodeProcessMemo = (state: ProcessState, target: DataView, offset: number): void => {
  const error = encodeUtf8(state.spawnError, SPAWN_ERROR_MAX_BYTES);
  target.setUint8(offset + OFFSET.state, STATE_NAMES.indexOf(state.name));
  target.setUint8(offset + OFFSET.flags, flagsOf(state));
  target.setUint8(offset + OFFSET.signal, state.exit?.signal ?? 0);
  target.setUint8(offset + OFFSET.errorBytes, error.length);
  target.setUint32(offset + OFFSET.run, state.run, true);
  target.setUint32(offset + OFFSET.pid, state.pid || state.leftPid, true);
  target.setUint32(offset + OFFSET.failures, state.failures, true);
  target.setInt32(offset + OFFSET.code, state.exit?.code ?? 0, true);
  target.setUint32(offset + OFFSET.lastPid, state.lastPid, true);
  target.setFloat64(offset + OFFSET.startedAt, state.startedAtMs, true);
  target.setFloat64(offset + OFFSET.stoppedAt, state.stoppedAtMs, true);
  target.setFloat64(offset + OFFSET.deadline, state.deadlineMs ?? 0, true);
  target.setFloat64(offset + OFFSET.killAt, state.killAtMs ?? 0, true);
  target.setUint32(offset + OFFSET.more, moreOf(state) >>> 0, true);
  target.setUint32(offset + OFFSET.restarts, state.restarts, true);
  target.setFloat64(offset + OFFSET.budgetSince, state.budgetSinceMs, true);
  for (let at = OFFSET.error; at < OFFSET.killAt; at += 1) target.setUint8(offset + at, error[at - OFFSET.error] ?? 0);
};

/** Null when the bytes are not a state. */
export const decodeProcessMemo = (source: DataView, offset: number): ProcessState | null => {
  const name = STATE_NAMES[source.getUint8(offset + OFFSET.state)] ?? null;
  const errorBytes = source.getUint8(offset + OFFSET.errorBytes);
  if (name === null || errorBytes > SPAWN_ERROR_MAX_BYTES) return null;
  const spawnError = decodeUtf8(Array.from({ length: errorBytes }, (_, at) => source.getUint8(offset + OFFSET.error + at)));
  if (spawnError === null) return null;
  const flags = source.getUint8(offset + OFFSET.flags);
  const more = source.getUint32(offset + OFFSET.more, true);
  return {
    name,
    wish: has(flags, FLAG.up) ? 'up' : 'down',
    run: source.getUint32(offset + OFFSET.run, true),
    pid: has(more, MORE.left) ? 0 : source.getUint32(offset + OFFSET.pid, true),
    leftPid: has(more, MORE.left) ? source.getUint32(offset + OFFSET.pid, true) : 0,
    lastPid: source.getUint32(offset + OFFSET.lastPid, true),
    startedAtMs: source.getFloat64(offset + OFFSET.startedAt, true),
    stoppedAtMs: source.getFloat64(offset + OFFSET.stoppedAt, true),
    failures: source.getUint32(offset + OFFSET.failures, true),
    deadlineMs: has(flags, FLAG.deadline) ? source.getFloat64(offset + OFFSET.deadline, true) : null,
    killAtMs: has(flags, FLAG.killAt) ? source.getFloat64(offset + OFFSET.killAt, true) : null,
    exit: has(flags, FLAG.exit) ? exitOf(source, offset, flags, has(more, MORE.outOfMemory)) : null,
    spawnError,
    lingering: has(flags, FLAG.lingering),
    killed: has(flags, FLAG.killed),
    isReady: has(more, MORE.ready),
    isHeld: has(more, MORE.held),
    afterStop: has(more, MORE.retry) ? 'retry' : has(more, MORE.fatal) ? 'fatal' : 'nothing',
    runs: more >>> RUNS_SHIFT,
    restarts: source.getUint32(offset + OFFSET.restarts, true),
    budgetSinceMs: source.getFloat64(offset + OFFSET.budgetSince, true),
  };
};

const flagsOf = ({ wish, lingering, killed, deadlineMs, killAtMs, exit }: ProcessState): number =>
  (wish === 'up' ? FLAG.up : 0) |
  (lingering ? FLAG.lingering : 0) |
  (killed ? FLAG.killed : 0) |
  (deadlineMs !== null ? FLAG.deadline : 0) |
  (killAtMs !== null ? FLAG.killAt : 0) |
  (exit !== null ? FLAG.exit : 0) |
  (exit !== null && exit.signal !== null ? FLAG.signal : 0) |
  (exit?.coreDumped === true ? FLAG.coreDumped : 0);

/** Flags below, the number of runs above. */
const RUNS_SHIFT = 16;

const moreOf = ({ pid, leftPid, runs, isReady, isHeld, afterStop, exit }: ProcessState): number =>
  (runs << RUNS_SHIFT) |
  (pid === 0 && leftPid !== 0 ? MORE.left : 0) |
  (isReady ? MORE.ready : 0) |
  (isHeld ? MORE.held : 0) |
  (afterStop === 'nothing' ? 0 : MORE[afterStop]) |
  (exit?.outOfMemory === true ? MORE.outOfMemory : 0);

const exitOf = (source: DataView, offset: number, flags: number, outOfMemory: boolean): ExitStatus => ({
  code: source.getInt32(offset + OFFSET.code, true),
  signal: has(flags, FLAG.signal) ? source.getUint8(offset + OFFSET.signal) : null,
  coreDumped: has(flags, FLAG.coreDumped),
  ...(outOfMemory ? { outOfMemory } : {}),
});

const has = (flags: number, flag: number): boolean => (flags & flag) !== 0;
