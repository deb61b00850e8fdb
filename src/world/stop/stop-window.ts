/**
 * The whole ordered stop fits into one window, so that no engine has to kill: what each step may take is known beforehand (the critical
 * path: drain_delay, the slowest of each wave, what sweeping may take), and when that is more than there is time for, every step gets
 * its share of the time that is left. Derived at each step from when the stop began: a successor shares as its predecessor did.
 */
import type { Place, ProcessSpec } from '../../config/model/model.ts';
import { fullName, type Plan } from '../plan.ts';
import { hookTimeOf, SWEEP_GRACE_MS } from './stop-times.ts';
import type { World } from '../types.ts';

/** Of stopwaitsecs: a stop_pre that takes longer must not take the place of the stop signal. */
const STOP_PRE_SHARE = 0.8;
/** The end of the window is for what comes behind the last KILL: reaping, last lines, the report, and the way to us of a late signal. */
const TAIL_SHARE = 0.2;
const MOST_TAIL_MS = 1000;
/** Who has written no stopwaitsecs is content with this much. */
const CONTENT_MS = 2000;

type Moment = Pick<World, 'phase' | 'decision' | 'wave'>;

/** The part of its own time that every step of this stop gets from now on: 1 where there is enough. */
export const shareOf = (plan: Plan, moment: Moment, nowMs: number): number => {
  const leftMs = killsLeftMs(plan, moment, nowMs);
  const neededMs = neededFrom(plan, moment.wave) + (moment.phase === 'unready' ? plan.model.supervisor.drainDelayMs : 0);
  return neededMs <= leftMs ? 1 : leftMs / neededMs;
};

/** What the process's stop may take, as its share has it. */
export const graceOf = (plan: Plan, moment: Moment, spec: ProcessSpec, nowMs: number): number => spec.stopWaitMs * shareOf(plan, moment, nowMs);

/** How long a hook may take that runs now. */
export const hookLimitMs = (plan: Plan, moment: Moment, spec: ProcessSpec, hook: 'stopPre' | 'stopPost', nowMs: number): number => {
  const mostMs = spec.service.hooks?.timeoutMs ?? 0;
  if (hook === 'stopPre') return Math.min(mostMs, graceOf(plan, moment, spec, nowMs) * STOP_PRE_SHARE);
  const spareMs = killsLeftMs(plan, moment, nowMs) - neededFrom(plan, moment.wave + 1);
  return Math.min(mostMs, Math.max(spareMs, hookTimeOf(spec) * shareOf(plan, moment, nowMs)));
};

/** Until the last KILL has to be on its way; for ever, where nothing is being stopped or nobody is in a hurry. */
export const killsLeftMs = (plan: Plan, { decision }: Moment, nowMs: number): number => {
  const { stopWindowMs } = plan.model.supervisor;
  if (stopWindowMs === null || decision === null) return Number.POSITIVE_INFINITY;
  return Math.max(0, decision.atMs + stopWindowMs - tailMs(stopWindowMs) - nowMs);
};

/** When what has not ended in spite of KILL is waited for no longer: half of the tail; a quarter of it later output has to be out. */
export const giveUpAtMs = (plan: Plan, { decision }: Moment, what: 'programs' | 'output'): number | null => {
  const { stopWindowMs } = plan.model.supervisor;
  if (stopWindowMs === null || decision === null) return null;
  return decision.atMs + stopWindowMs - tailMs(stopWindowMs) / (what === 'programs' ? 2 : 4);
};

/** The longest that init alone may wait for a program, should there be no supervisor at the stop. */
export const longestWaitMs = ({ model: { supervisor } }: Plan): number =>
  supervisor.stopWindowMs === null ? Number.POSITIVE_INFINITY : supervisor.stopWindowMs - tailMs(supervisor.stopWindowMs);

export type WindowProblem = { readonly place: Place; readonly message: string };

/** Null: all fits, or what does not has been asked for by nobody. */
export const windowProblem = (plan: Plan): WindowProblem | null => {
  const { stopWindowMs, drainDelayMs } = plan.model.supervisor;
  const neededMs = neededFrom(plan, 0) + drainDelayMs;
  const share = longestWaitMs(plan) / neededMs;
  if (stopWindowMs === null || share >= 1) return null;
  const curtailed = plan.processes.filter(({ hasUsualStopWait, stopWaitMs }) => stopWaitMs > 0 && (!hasUsualStopWait || stopWaitMs * share < CONTENT_MS));
  const [worst] = curtailed.toSorted((a, b) => b.stopWaitMs - a.stopWaitMs);
  if (worst === undefined) return null;
  const others = curtailed.length === 1 ? '' : `, ${curtailed.length - 1} more likewise`;
  const drain = drainDelayMs === 0 ? '' : ` (${seconds(drainDelayMs)} of it for drain_delay)`;
  const message =
    `the stop of everything may take ${seconds(neededMs)}${drain} and has to fit into ${seconds(stopWindowMs)} (stop_window): ` +
    `${fullName(worst)} then gets ${seconds(worst.stopWaitMs * share)} of its ${seconds(worst.stopWaitMs)} (stopwaitsecs)${others}; ` +
    'shorten what is too long, or make stop_window and the limit of the engine longer';
  return { place: worst.place, message };
};

const neededFrom = ({ stopTimesMs }: Plan, wave: number): number => stopTimesMs[Math.min(wave, stopTimesMs.length - 1)] ?? SWEEP_GRACE_MS;

const tailMs = (windowMs: number): number => Math.min(MOST_TAIL_MS, windowMs * TAIL_SHARE);

const seconds = (durationMs: number): string => `${Math.round(durationMs / 100) / 10} s`;
