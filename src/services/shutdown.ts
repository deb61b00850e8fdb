/**
 * Ending everything, in phases: stop wave after wave, end what the programs left behind, write out what was said, exit.
 * Each phase waits for its own fact and none can wait for ever: a stop ends by KILL, the sweep is bounded by init, output
 * is given a bounded time.
 */
import { finalExitCode } from './exit-policy.ts';
import { applyToProcess, enterPhase, say, type Draft } from './draft.ts';
import type { Decision } from './types.ts';
import { beginWave, isWaveDown, sayWaiting } from './waves.ts';

/** Nobody may be reading the container's output; the exit does not wait longer than this for a reader. */
const DRAIN_LIMIT_MS = 2000;

/** Leftovers (daemons, strays in sessions of their own) get TERM and this long before KILL. */
export const SWEEP_GRACE_MS = 2000;

/** Nothing is ending: programs start and restart, though some may be leaving for another configuration. */
export const isUp = ({ phase }: Draft): boolean => phase === 'running' || phase === 'reloading' || phase === 'restarting';

/** From isUp() only. */
export const beginShutdown = (draft: Draft, decision: Decision): void => {
  enterPhase(draft, 'stopping');
  draft.decision = decision;
  draft.leaving = [];
  draft.effects.push({ type: 'announceStop' });
  for (const index of draft.plan.processes.keys()) applyToProcess(draft, index, { type: 'shutdownBegun' });
  beginWave(draft, 0);
  sayWaiting(draft);
  advanceShutdown(draft);
};

/** After any event: goes on to the next wave or phase if what the present one waits for has happened. */
export const advanceShutdown = (draft: Draft): void => {
  while (draft.phase === 'stopping' && isWaveDown(draft)) {
    beginWave(draft, draft.wave + 1);
    if (draft.wave >= draft.plan.stopWaves.length) beginSweeping(draft);
  }
};

/** The world's own deadline in the phases of the shutdown. */
export const shutdownDeadlineReached = (draft: Draft): void => {
  if (draft.phase === 'stopping') sayWaiting(draft);
  else if (draft.phase === 'draining') {
    say(draft, 'warn', `output could not be written within ${DRAIN_LIMIT_MS / 1000} seconds: nobody reads it`);
    finish(draft);
  }
};

const beginSweeping = (draft: Draft): void => {
  enterPhase(draft, 'sweeping');
  draft.deadlineMs = null;
  draft.effects.push({ type: 'sweep', graceMs: SWEEP_GRACE_MS });
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
  draft.deadlineMs = draft.nowMs + DRAIN_LIMIT_MS;
  draft.effects.push({ type: 'drain' });
};
