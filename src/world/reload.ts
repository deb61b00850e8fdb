/**
 * Taking another configuration over: the processes that it does not go on with are stopped as a shutdown would, wave after wave, while
 * all others run on. When they are down, the engine is asked to carry the world over (replan.ts). Nothing of the next plan is
 * known here.
 */
import { applyToProcess, enterPhase, say, type Draft } from './draft.ts';
import { isUp } from './stop/shutdown.ts';
import { beginWave, isWaveDown, sayWaiting } from './stop/waves.ts';

/** From `running` only: everything else has its own way on. */
export const beginReload = (draft: Draft, leaving: readonly number[], isWhole: boolean): void => {
  if (draft.phase !== 'running') return;
  enterPhase(draft, isWhole ? 'restarting' : 'reloading');
  draft.leaving = leaving;
  for (const index of leaving) {
    // No sweep follows: what it has left behind is ended now, though the process itself is at rest.
    if (draft.states[index]?.leftPid) applyToProcess(draft, index, { type: 'stopRequested' });
    applyToProcess(draft, index, { type: 'shutdownBegun' });
  }
  beginWave(draft, 0);
  sayWaiting(draft);
};

/** Some or all are leaving for another plan. */
export const isReloading = ({ phase }: Draft): boolean => phase === 'reloading' || phase === 'restarting';

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

/** `name`: of the signal that asks for it. */
export const requestReload = (draft: Draft, name: string): void => {
  const isPeer = draft.plan.signalsLikeSupervisord;
  if (!isUp(draft))
    return say(draft, 'warn', isPeer ? `ignored ${name} indicating restart request (shutdown in progress)` : `ignored ${name}: everything is being stopped`);
  if (isReloading(draft))
    return say(draft, 'warn', isPeer ? `ignored ${name} indicating restart request (another is under way)` : `ignored ${name}: another reload is under way`);
  say(draft, 'warn', isPeer ? `received ${name} indicating restart request` : `reading the configuration again: ${name}`);
  draft.effects.push({ type: 'reload', isWhole: isPeer });
};

/** An operator's command: as supervisord, all of it. */
export const requestRestart = (draft: Draft): void => {
  if (draft.phase === 'running') draft.effects.push({ type: 'reload', isWhole: true });
  else say(draft, 'warn', `ignored a command to restart everything: ${isUp(draft) ? 'another reload is under way' : 'everything is being stopped'}`);
};

const askForPlan = (draft: Draft): void => {
  draft.deadlineMs = null;
  draft.effects.push({ type: 'changePlan' });
};
