/**
 * What a run uses, held against what its program may use. Pure; the clock and the looks are the engine's. Memory counts as it is at one
 * look, processor time over the whole of its period, so that a short burst is none of our business.
 */
import type { LimitAction, UsageSettings } from '../../config/model/service-model.ts';
import { OVER_LIMIT } from '../../process/health.ts';
import type { Plan } from '../plan.ts';

/** What the processes of a run use together. Processor time since they began. */
export type Look = { readonly atMs: number; readonly bytes: number; readonly cpuMs: number };

export type Usage = {
  /** Processor time at some of the looks, oldest first: as many as the period needs. */
  readonly spent: readonly { readonly atMs: number; readonly cpuMs: number }[];
  /** As last looked at, which is less than spent where a process has ended meanwhile. */
  readonly cpuMs: number;
  readonly isOver: { readonly memory: boolean; readonly cpu: boolean };
  readonly nextLookMs: number;
};

/** More than it may. Told when it begins, not at each look. */
export type Excess = {
  readonly limit: 'memory' | 'cpu';
  /** Bytes, or percent of one processor. */
  readonly used: number;
  readonly most: number;
  readonly action: LimitAction;
  readonly reason: string;
};

const USUAL_INTERVAL_MS = 5_000;
const SHORTEST_INTERVAL_MS = 1_000;
/** Beyond this part of its limit memory is looked at as often as may be. */
const NEAR = 0.75;
/** Looks kept of a period: its beginning is met to a twentieth. */
const LOOKS = 20;
const MEBIBYTE = 1_048_576;

/** Does any program have such a limit? */
export const hasUsageLimits = ({ processes }: Plan): boolean => processes.some(({ service }) => service.usage !== null);

export const beginUsage = (nowMs: number): Usage => ({
  spent: [],
  cpuMs: 0,
  isOver: { memory: false, cpu: false },
  nextLookMs: nowMs + SHORTEST_INTERVAL_MS,
});

/** After a look. */
export const judge = (before: Usage, look: Look, { memory, cpu }: UsageSettings): { readonly usage: Usage; readonly excesses: readonly Excess[] } => {
  const spent = addSpent(before, look, cpu?.periodMs ?? 0);
  const percent = cpu === null ? null : percentOver(spent, look.atMs - cpu.periodMs);
  const isOver = { memory: memory !== null && look.bytes > memory.bytes, cpu: cpu !== null && percent !== null && percent > cpu.percent };
  const excesses: Excess[] = [];
  if (memory !== null && isOver.memory && !before.isOver.memory) {
    const reason = `${OVER_LIMIT}memory_limit: ${mebibytes(look.bytes)} of ${mebibytes(memory.bytes)}`;
    excesses.push({ limit: 'memory', used: look.bytes, most: memory.bytes, action: memory.action, reason });
  }
  if (cpu !== null && percent !== null && isOver.cpu && !before.isOver.cpu) {
    const used = Math.round(percent);
    const reason = `${OVER_LIMIT}cpu_limit: ${used} % of ${cpu.percent} % for ${cpu.periodMs / 1000} s`;
    excesses.push({ limit: 'cpu', used, most: cpu.percent, action: cpu.action, reason });
  }
  const isNear = memory !== null && look.bytes > memory.bytes * NEAR;
  const intervalMs = Math.min(isNear ? SHORTEST_INTERVAL_MS : USUAL_INTERVAL_MS, Math.max(SHORTEST_INTERVAL_MS, (cpu?.periodMs ?? Infinity) / 4));
  return { usage: { spent, cpuMs: look.cpuMs, isOver, nextLookMs: look.atMs + intervalMs }, excesses };
};

/** With this look, where the last one kept is old enough; and without those that the period does not need any more. */
const addSpent = ({ spent, cpuMs: lastMs }: Usage, { atMs, cpuMs }: Look, periodMs: number): Usage['spent'] => {
  const last = spent.at(-1);
  // Since the last look; a process that ended has taken its time along.
  const total = (last?.cpuMs ?? 0) + Math.max(0, cpuMs - (last === undefined ? 0 : lastMs));
  const present = { atMs, cpuMs: total };
  const before = spent.at(-2);
  const older = before !== undefined && atMs - before.atMs < periodMs / LOOKS ? spent.slice(0, -1) : spent;
  const kept = [...older, present];
  const first = kept.findLastIndex((each) => each.atMs <= atMs - periodMs);
  return kept.slice(Math.max(0, first));
};

/** On average since then; null: it has not been looked at for so long. */
const percentOver = (spent: Usage['spent'], sinceMs: number): number | null => {
  const [first] = spent;
  const last = spent.at(-1);
  if (first === undefined || last === undefined || first.atMs > sinceMs || last.atMs <= first.atMs) return null;
  return ((last.cpuMs - first.cpuMs) / (last.atMs - first.atMs)) * 100;
};

const mebibytes = (bytes: number): string => `${Math.round((bytes / MEBIBYTE) * 10) / 10} MiB`;
