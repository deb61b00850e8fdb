/** What the steps of an ordered stop take at most: its critical path, known beforehand. */
import type { ProcessSpec } from '../../config/model/model.ts';

/** Leftovers (daemons, strays in sessions of their own) get TERM and this long before KILL. */
export const SWEEP_GRACE_MS = 2000;
/** A stop_post is reckoned with as much, and may take more where there is time. */
const USUAL_HOOK_MS = 2000;

/** By wave: what a stop from there on takes at most, sweeping included; one more for sweeping alone. */
export const stopTimes = (processes: readonly ProcessSpec[], stopWaves: readonly (readonly number[])[]): readonly number[] => {
  let fromHereMs = SWEEP_GRACE_MS;
  const times = [fromHereMs];
  for (const wave of [...stopWaves].reverse()) {
    fromHereMs += wave.reduce((most, index) => Math.max(most, stopTimeOf(processes[index])), 0);
    times.push(fromHereMs);
  }
  return times.reverse();
};

/** Indices without a process are those of another plan. */
const stopTimeOf = (spec: ProcessSpec | undefined): number => (spec === undefined ? 0 : spec.stopWaitMs + hookTimeOf(spec));

/** Of its stop_post. */
export const hookTimeOf = ({ service: { hooks } }: ProcessSpec): number =>
  hooks === null || hooks.stopPost === null ? 0 : Math.min(hooks.timeoutMs, USUAL_HOOK_MS);
