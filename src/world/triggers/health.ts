/**
 * Health of one run: when it is checked, and what the answers mean. Pure; the clock and the checks are the engine's. Checks never overlap:
 * the next one is due only after the last was answered.
 */
import type { HealthSettings } from '../../config/model/service-model.ts';
import type { Plan } from '../plan.ts';

export type Health = {
  readonly startedAtMs: number;
  /** Has there been a good answer? Until then it is asked more often. */
  readonly hasPassed: boolean;
  /** In a row, those that count. */
  readonly failures: number;
  /** Told once for each time it gets unhealthy. */
  readonly isUnhealthy: boolean;
  /** Null while an answer is waited for. */
  readonly dueMs: number | null;
};

/** `problem`: why the check failed, null when it did not. */
export type Answer = { readonly problem: string | null };

export type Verdict =
  | { readonly kind: 'nothing' }
  /** The first good answer of this run. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'unhealthy'; readonly reason: string }
  /** Good again after that. */
  | { readonly kind: 'recovered' };

/** Has any program one? */
export const hasHealthChecks = ({ processes }: Plan): boolean => processes.some(({ service }) => service.health !== null);

const FIRST_INTERVAL_MS = 1000;
/** So soon after its start hardly anything listens. */
const FIRST_CHECK_MS = 100;

export const beginHealth = (nowMs: number): Health => ({
  startedAtMs: nowMs,
  hasPassed: false,
  failures: 0,
  isUnhealthy: false,
  dueMs: nowMs + FIRST_CHECK_MS,
});

/** A check has begun. */
export const asking = (health: Health): Health => ({ ...health, dueMs: null });

export const answered = (
  health: Health,
  { problem }: Answer,
  settings: HealthSettings,
  nowMs: number,
): { readonly health: Health; readonly verdict: Verdict } => {
  if (problem === null) return pass(health, settings, nowMs);
  const counts = nowMs - health.startedAtMs >= settings.startPeriodMs;
  const failures = counts ? health.failures + 1 : 0;
  const isUnhealthy = failures >= settings.retries;
  const intervalMs = health.hasPassed ? settings.intervalMs : Math.min(settings.intervalMs, FIRST_INTERVAL_MS);
  const next: Health = { ...health, failures, isUnhealthy, dueMs: nowMs + intervalMs };
  if (!isUnhealthy || health.isUnhealthy) return { health: next, verdict: { kind: 'nothing' } };
  const times = failures === 1 ? 'once' : `${failures} times in a row`;
  return { health: next, verdict: { kind: 'unhealthy', reason: `health check failed ${times}: ${problem}` } };
};

const pass = (health: Health, settings: HealthSettings, nowMs: number): { readonly health: Health; readonly verdict: Verdict } => {
  const next: Health = { ...health, hasPassed: true, failures: 0, isUnhealthy: false, dueMs: nowMs + settings.intervalMs };
  if (!health.hasPassed) return { health: next, verdict: { kind: 'ready' } };
  return { health: next, verdict: { kind: health.isUnhealthy ? 'recovered' : 'nothing' } };
};
