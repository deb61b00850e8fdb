/**
 * The world's own part of the black box, without the processes' states: 124 bytes, little-endian, fixed size. What it
 * says must fit the states beside it: both are written before effects are performed.
 */
import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import type { Decision, Phase, Requester, World } from './types.ts';

export const WORLD_MEMO_BYTES = 124;

/** All of the world but its states. */
export type WorldHeader = Omit<World, 'states'>;

/** Position is the number in the box: append, never reorder. 0 is nobody's. */
const PHASES: readonly (Phase | null)[] = [null, 'running', 'stopping', 'draining', 'sweeping', 'ended', 'reloading', 'restarting', 'unready'];
const CAUSES: readonly (Decision['cause'] | null)[] = [null, 'requested', 'policy', 'startTimeout', 'crashBudget'];
const REQUESTERS: readonly (Requester['kind'] | null)[] = [null, 'signal', 'client'];

const FLAG = { deadline: 1, startDeadline: 2 } as const;

const OFFSET = {
  phase: 0,
  cause: 1,
  flags: 2,
  requester: 3,
  nextRun: 4,
  wave: 8,
  index: 12,
  code: 16,
  signal: 20,
  textBytes: 21,
  decidedAt: 24,
  deadline: 32,
  startDeadline: 40,
  crashesSince: 48,
  crashes: 56,
  senderPid: 60,
  senderUid: 64,
  text: 68,
} as const;

/** Of a client's name or a rule's. */
export const TEXT_MAX_BYTES = WORLD_MEMO_BYTES - OFFSET.text;

/** Writes all WORLD_MEMO_BYTES at `offset`. */
export const encodeWorldMemo = (header: WorldHeader, target: DataView, offset: number): void => {
  const { decision } = header;
  for (let at = 0; at < WORLD_MEMO_BYTES; at += 1) target.setUint8(offset + at, 0);
  target.setUint8(offset + OFFSET.phase, PHASES.indexOf(header.phase));
  target.setUint8(offset + OFFSET.flags, (header.deadlineMs === null ? 0 : FLAG.deadline) | (header.startDeadlineMs === null ? 0 : FLAG.startDeadline));
  target.setUint32(offset + OFFSET.nextRun, header.nextRun, true);
  target.setUint32(offset + OFFSET.wave, header.wave, true);
  target.setFloat64(offset + OFFSET.deadline, header.deadlineMs ?? 0, true);
  target.setFloat64(offset + OFFSET.startDeadline, header.startDeadlineMs ?? 0, true);
  target.setFloat64(offset + OFFSET.crashesSince, header.crashesSinceMs, true);
  target.setUint32(offset + OFFSET.crashes, header.crashes, true);
  if (decision !== null) encodeDecision(decision, target, offset);
};

const encodeDecision = (decision: Decision, target: DataView, offset: number): void => {
  target.setUint8(offset + OFFSET.cause, CAUSES.indexOf(decision.cause));
  target.setFloat64(offset + OFFSET.decidedAt, decision.atMs, true);
  if (decision.cause === 'requested') {
    if (decision.by !== null) encodeRequester(decision.by, target, offset);
    return;
  }
  target.setInt32(offset + OFFSET.index, decision.index, true);
  target.setInt32(offset + OFFSET.code, decision.code, true);
  encodeText(decision.rule, target, offset);
};

const encodeRequester = (by: Requester, target: DataView, offset: number): void => {
  target.setUint8(offset + OFFSET.requester, REQUESTERS.indexOf(by.kind));
  if (by.kind === 'client') return encodeText(by.name, target, offset);
  target.setUint8(offset + OFFSET.signal, by.signal);
  target.setInt32(offset + OFFSET.senderPid, by.pid, true);
  target.setUint32(offset + OFFSET.senderUid, by.uid, true);
};

const encodeText = (text: string, target: DataView, offset: number): void => {
  const bytes = encodeUtf8(text, TEXT_MAX_BYTES);
  target.setUint8(offset + OFFSET.textBytes, bytes.length);
  for (const [at, byte] of bytes.entries()) target.setUint8(offset + OFFSET.text + at, byte);
};

/** Null when the bytes are not a header, as in a box nobody has written yet. */
export const decodeWorldMemo = (source: DataView, offset: number): WorldHeader | null => {
  const phase = PHASES[source.getUint8(offset + OFFSET.phase)] ?? null;
  if (phase === null) return null;
  const flags = source.getUint8(offset + OFFSET.flags);
  return {
    phase,
    nextRun: source.getUint32(offset + OFFSET.nextRun, true),
    decision: decisionOf(source, offset),
    wave: source.getUint32(offset + OFFSET.wave, true),
    deadlineMs: (flags & FLAG.deadline) === 0 ? null : source.getFloat64(offset + OFFSET.deadline, true),
    leaving: [],
    startDeadlineMs: (flags & FLAG.startDeadline) === 0 ? null : source.getFloat64(offset + OFFSET.startDeadline, true),
    crashes: source.getUint32(offset + OFFSET.crashes, true),
    crashesSinceMs: source.getFloat64(offset + OFFSET.crashesSince, true),
  };
};

/** Null: nothing has been decided, or in a way that no version has written. */
const decisionOf = (source: DataView, offset: number): Decision | null => {
  const atMs = source.getFloat64(offset + OFFSET.decidedAt, true);
  const cause = CAUSES[source.getUint8(offset + OFFSET.cause)] ?? null;
  if (cause === null) return null;
  if (cause === 'requested') return { cause, atMs, by: requesterOf(source, offset) };
  const index = source.getInt32(offset + OFFSET.index, true);
  return { cause, atMs, index, code: source.getInt32(offset + OFFSET.code, true), rule: textOf(source, offset) };
};

const requesterOf = (source: DataView, offset: number): Requester | null => {
  const kind = REQUESTERS[source.getUint8(offset + OFFSET.requester)] ?? null;
  if (kind === null) return null;
  if (kind === 'client') return { kind, name: textOf(source, offset) };
  const signal = source.getUint8(offset + OFFSET.signal);
  return { kind, signal, pid: source.getInt32(offset + OFFSET.senderPid, true), uid: source.getUint32(offset + OFFSET.senderUid, true) };
};

const textOf = (source: DataView, offset: number): string => {
  const length = Math.min(source.getUint8(offset + OFFSET.textBytes), TEXT_MAX_BYTES);
  return decodeUtf8(Array.from({ length }, (_, at) => source.getUint8(offset + OFFSET.text + at))) ?? '';
};
