/**
 * Ending everything, in phases: turn readiness off, stop wave after wave, end what the programs left behind, write out what was said, exit.
 * Each phase waits for its own fact and none can wait for ever: a stop ends by KILL, the sweep is bounded by init, output
 * is given a bounded time, and all of it fits into the stop window (stop-window.ts).
 */
import { finalExitCode } from '../ending/exit-policy.ts';
import { applyToProcess, enterPhase, say, type Draft } from '../draft.ts';
import type { Plan } from '../plan.ts';
import { SWEEP_GRACE_MS } from './stop-times.ts';
import { giveUpAtMs, killsLeftMs, shareOf } from './stop-window.ts';
import type { Decision } from '../types.ts';
import { aliveNames, beginWave, isEverythingDown, isWaveDown, sayWaiting } from './waves.ts';

/** Nobody may be reading the container's output; the exit does not wait longer than this for a reader. Where somebody is to be told of what
 *  has happened, that comes first, and has to cross a network. */
const DRAIN_LIMIT_MS = 2000;
const DRAIN_AND_TELL_LIMIT_MS = 5000;

/** Milliseconds that the last phase may take. */
const drainLimitMs = ({ model }: Plan): number => (model.notifiers.length > 0 ? DRAIN_AND_TELL_LIMIT_MS : DRAIN_LIMIT_MS);

/** Nothing is ending: programs start and restart, though some may be leaving for another configuration. */
export const isUp = ({ phase }: Draft): boolean => phase === 'running' || phase === 'reloading' || phase === 'restarting';

/** From isUp() only. */
export const beginShutdown = (draft: Draft, decision: Decision): void => {
  const { drainDelayMs } = draft.plan.model.supervisor;
  enterPhase(draft, drainDelayMs > 0 ? 'unready' : 'stopping');
  draft.decision = decision;
  draft.leaving = [];
  draft.startDeadlineMs = null;
  draft.wave = 0;
  draft.effects.push({ type: 'announceStop' });
  for (const index of draft.plan.processes.keys()) applyToProcess(draft, index, { type: 'shutdownBegun' });
  if (drainDelayMs === 0) beginFirstWave(draft);
  else waitUnready(draft, drainDelayMs);
  advanceShutdown(draft);
};

/** Whoever sends us work is to see that we are leaving, and programs are to finish what they have. */
const waitUnready = (draft: Draft, drainDelayMs: number): void => {
  const delayMs = drainDelayMs * shareOf(draft.plan, draft, draft.nowMs);
  draft.deadlineMs = draft.nowMs + delayMs;
  if (!isEverythingDown(draft)) say(draft, 'info', `not ready any more; the stop begins in ${Math.round(delayMs / 100) / 10} seconds (drain_delay)`);
};

const beginStopping = (draft: Draft): void => {
  enterPhase(draft, 'stopping');
  beginFirstWave(draft);
};

const beginFirstWave = (draft: Draft): void => {
  beginWave(draft, 0);
  sayWaitingInWindow(draft);
};

const sayWaitingInWindow = (draft: Draft): void => {
  sayWaiting(draft);
  const limitMs = giveUpAtMs(draft.plan, draft, 'programs');
  if (limitMs !== null && draft.deadlineMs !== null) draft.deadlineMs = Math.min(draft.deadlineMs, limitMs);
};

/** After any event: goes on to the next wave or phase if what the present one waits for has happened. */
export const advanceShutdown = (draft: Draft): void => {
  if (draft.phase === 'unready' && isEverythingDown(draft)) beginStopping(draft);
  while (draft.phase === 'stopping' && isWaveDown(draft)) {
    beginWave(draft, draft.wave + 1);
    if (draft.wave >= draft.plan.stopWaves.length) beginSweeping(draft);
  }
};

/** The world's own deadline in the phases of the shutdown. */
export const shutdownDeadlineReached = (draft: Draft): void => {
  if (draft.phase === 'unready') beginStopping(draft);
  else if (draft.phase === 'stopping') goOnWaiting(draft);
  else if (draft.phase === 'sweeping') beginDraining(draft);
  else if (draft.phase === 'draining') {
    say(draft, 'warn', `output could not be written within ${drainLimitMs(draft.plan) / 1000} seconds: nobody reads it`);
    finish(draft);
  }
};

/** KILL has been sent and sent again: what the kernel does not let go is not worth the report and the exit code. */
const goOnWaiting = (draft: Draft): void => {
  if (!isOverdue(draft)) return sayWaitingInWindow(draft);
  say(draft, 'error', `not waiting any longer for ${aliveNames(draft).join(', ')}: the stop window is over`);
  beginSweeping(draft);
};

const isOverdue = (draft: Draft): boolean => draft.nowMs >= (giveUpAtMs(draft.plan, draft, 'programs') ?? Number.POSITIVE_INFINITY);

const beginSweeping = (draft: Draft): void => {
  if (!draft.plan.model.supervisor.leavesNothing) return beginDraining(draft);
  enterPhase(draft, 'sweeping');
  draft.wave = draft.plan.stopWaves.length;
  draft.deadlineMs = giveUpAtMs(draft.plan, draft, 'programs');
  draft.effects.push({ type: 'sweep', graceMs: Math.floor(Math.min(SWEEP_GRACE_MS, killsLeftMs(draft.plan, draft, draft.nowMs))) });
};

export const finish = (draft: Draft): void => {
  enterPhase(draft, 'ended');
  draft.deadlineMs = null;
  draft.effects.push({ type: 'exit', code: exitCode(draft) });
};

/** Asks once more for what the phase waits for: the predecessor may have died before it could. */
export const resumeShutdown = (draft: Draft): void => {
  switch (draft.phase) {
    case 'running':
    case 'reloading':
    case 'restarting':
      return;
    case 'unready':
    case 'stopping':
      draft.effects.push({ type: 'announceStop' });
      return advanceShutdown(draft);
    case 'draining':
      return beginDraining(draft);
    case 'sweeping':
      return beginSweeping(draft);
    case 'ended':
      return finish(draft);
  }
};

const exitCode = ({ plan, states, decision }: Draft): number => (decision === null ? 0 : finalExitCode(plan, states, decision));

export const beginDraining = (draft: Draft): void => {
  enterPhase(draft, 'draining');
  draft.deadlineMs = Math.min(
    draft.nowMs + drainLimitMs(draft.plan),
    Math.max(draft.nowMs, giveUpAtMs(draft.plan, draft, 'output') ?? Number.POSITIVE_INFINITY),
  );
  draft.effects.push({ type: 'drain' });
};
