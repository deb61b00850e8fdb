/**
 * Taking another configuration over: the processes that it does not go on with are stopped as a shutdown would, wave after wave, while
 * all others run on. When they are down, the engine is asked to carry the world over (replan.ts). Nothing of the next plan is
 * known here.
 */
import { applyToProcess, say, type Draft } from './draft.ts';
import { beginWave, isWaveDown, sayWaiting } from './waves.ts';

/** From `running` only: everything else has its own way on. */
export const beginReload = (draft: Draft, leaving: readonly number[]): void => {
  if (draft.phase !== 'running') return;
  draft.phase = 'reloading';
  draft.leaving = leaving;
  for (const index of leaving) applyToProcess(draft, index, { type: 'shutdownBegun' });
  beginWave(draft, 0);
  sayWaiting(draft);
};

/** After any event: on to the next wave, or to the next plan. */
export const advanceReload = (draft: Draft): void => {
  const { stopWaves } = draft.plan;
  while (draft.wave < stopWaves.length && isWaveDown(draft)) {
    beginWave(draft, draft.wave + 1);
    if (draft.wave >= stopWaves.length) return askForPlan(draft);
  }
  if (stopWaves.length === 0) askForPlan(draft);
};

/** A predecessor may have died before it could ask. */
export const resumeReload = (draft: Draft): void => {
  if (draft.wave >= draft.plan.stopWaves.length) askForPlan(draft);
};

/** HUP while the former one is not through. */
export const refuseReload = (draft: Draft, name: string): void => say(draft, 'warn', `ignored ${name} indicating restart request (another is under way)`);

const askForPlan = (draft: Draft): void => {
  draft.deadlineMs = null;
  draft.effects.push({ type: 'changePlan' });
};
