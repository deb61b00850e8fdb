/**
 * The world's own part of the black box, without the processes' states: 48 bytes, little-endian, fixed size. What it
 * says must fit the states beside it: both are written before effects are performed.
 */
import type { Decision, Phase, World } from './types.ts';

export const WORLD_MEMO_BYTES = 48;

/** All of the world but its states. */
export type WorldHeader = Omit<World, 'states'>;

/** Position is the number in the box: append, never reorder. 0 is nobody's. */
const PHASES: readonly (Phase | null)[] = [null, 'running', 'stopping', 'draining', 'sweeping', 'ended', 'reloading', 'restarting', 'unready'];

const CAUSE = { none: 0, requested: 1, policy: 2 } as const;

const OFFSET = { phase: 0, cause: 1, hasDeadline: 2, nextRun: 4, wave: 8, index: 12, code: 16, decidedAt: 24, deadline: 32 } as const;

/** Writes all WORLD_MEMO_BYTES at `offset`. */
export const encodeWorldMemo = (header: WorldHeader, target: DataView, offset: number): void => {
  const { decision } = header;
  for (let at = 0; at < WORLD_MEMO_BYTES; at += 1) target.setUint8(offset + at, 0);
  target.setUint8(offset + OFFSET.phase, PHASES.indexOf(header.phase));
  target.setUint8(offset + OFFSET.cause, CAUSE[decision?.cause ?? 'none']);
  target.setUint8(offset + OFFSET.hasDeadline, Number(header.deadlineMs !== null));
  target.setUint32(offset + OFFSET.nextRun, header.nextRun, true);
  target.setUint32(offset + OFFSET.wave, header.wave, true);
  target.setFloat64(offset + OFFSET.decidedAt, decision?.atMs ?? 0, true);
  target.setFloat64(offset + OFFSET.deadline, header.deadlineMs ?? 0, true);
  if (decision?.cause === 'policy') {
    target.setInt32(offset + OFFSET.index, decision.index, true);
    target.setInt32(offset + OFFSET.code, decision.code, true);
  }
};

/** Null when the bytes are not a header, as in a box nobody has written yet. */
export const decodeWorldMemo = (source: DataView, offset: number): WorldHeader | null => {
  const phase = PHASES[source.getUint8(offset + OFFSET.phase)] ?? null;
  if (phase === null) return null;
  return {
    phase,
    nextRun: source.getUint32(offset + OFFSET.nextRun, true),
    decision: decisionOf(source, offset),
    wave: source.getUint32(offset + OFFSET.wave, true),
    deadlineMs: source.getUint8(offset + OFFSET.hasDeadline) === 0 ? null : source.getFloat64(offset + OFFSET.deadline, true),
    leaving: [],
  };
};

const decisionOf = (source: DataView, offset: number): Decision | null => {
  const atMs = source.getFloat64(offset + OFFSET.decidedAt, true);
  switch (source.getUint8(offset + OFFSET.cause)) {
    case CAUSE.requested:
      return { cause: 'requested', atMs };
    case CAUSE.policy: {
      const index = source.getInt32(offset + OFFSET.index, true);
      return { cause: 'policy', atMs, index, code: source.getInt32(offset + OFFSET.code, true) };
    }
    // `none`, and whatever no version has written: nothing has been decided.
    default:
      return null;
  }
};
