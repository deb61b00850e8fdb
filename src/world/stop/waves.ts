/** Stopping in waves, highest priority number first: all processes in a shutdown, the leaving ones in a reload. */
import { applyToProcess, say, type Draft } from '../draft.ts';
import { fullName } from '../plan.ts';
import { isAtRest } from './rest.ts';

/** supervisord repeats its "waiting for" line at this pace. */
const WAITING_LINE_MS = 3000;

/** Stops the members of the wave with this number. */
export const beginWave = (draft: Draft, wave: number): void => {
  draft.wave = wave;
  for (const index of membersOf(draft)) applyToProcess(draft, index, { type: 'stopRequested' });
};

export const isWaveDown = (draft: Draft): boolean => membersOf(draft).every((index) => !isAlive(draft, index));

export const isEverythingDown = (draft: Draft): boolean => draft.states.every(isAtRest);

/** Tells who still lives of those that are to end, and when to tell it again. */
export const sayWaiting = (draft: Draft): void => {
  const names = aliveNames(draft);
  draft.deadlineMs = draft.nowMs + WAITING_LINE_MS;
  const verb = draft.plan.signalsLikeSupervisord ? 'die' : 'end';
  if (names.length > 0) say(draft, 'info', `waiting for ${names.join(', ')} to ${verb}`);
};

/** Of those that are to end. */
export const aliveNames = (draft: Draft): readonly string[] => {
  const isMeant = meant(draft);
  const alive = draft.plan.processes.filter((_, index) => isMeant(index) && isAlive(draft, index));
  return alive.map(draft.plan.signalsLikeSupervisord ? ({ name }) => name : fullName);
};

const membersOf = (draft: Draft): readonly number[] => (draft.plan.stopWaves[draft.wave] ?? []).filter(meant(draft));

const meant = ({ phase, leaving }: Draft): ((index: number) => boolean) => {
  if (phase !== 'reloading') return () => true; // restarting, too, is about all
  const set = new Set(leaving);
  return (index) => set.has(index);
};

const isAlive = (draft: Draft, index: number): boolean => {
  const state = draft.states[index];
  return state !== undefined && !isAtRest(state);
};
