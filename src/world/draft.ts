/**
 * One world step in the making: the only mutable thing in src/world, alive for the length of one call. It keeps
 * a step cheap with 1,000 processes (one array copy, and none when nothing changes) and gathers effects in order.
 */
import type { ProcessSpec } from '../config/model/model.ts';
import { stateChanges } from '../process/state-changes.ts';
import { step } from '../process/step.ts';
import type { NoticeLevel, ProcessEvent, ProcessState } from '../process/types.ts';
import type { LeftBehind } from './stop/leftovers.ts';
import type { Plan } from './plan.ts';
import { graceOf } from './stop/stop-window.ts';
import type { Decision, Phase, World, WorldChange, WorldEffect, WorldResult } from './types.ts';

export type Draft = {
  readonly plan: Plan;
  readonly nowMs: number;
  readonly before: World;
  /** `before.states` itself until the first change. */
  states: readonly ProcessState[];
  copy: ProcessState[] | null;
  nextRun: number;
  phase: Phase;
  decision: Decision | null;
  wave: number;
  deadlineMs: number | null;
  leaving: readonly number[];
  left: readonly LeftBehind[];
  startDeadlineMs: number | null;
  crashes: number;
  crashesSinceMs: number;
  readonly effects: WorldEffect[];
  readonly changes: WorldChange[];
};

export const openDraft = (plan: Plan, world: World, nowMs: number): Draft => ({
  plan,
  nowMs,
  before: world,
  copy: null,
  effects: [],
  changes: [],
  left: [],
  ...world,
});

export const closeDraft = (draft: Draft): WorldResult => {
  const { before, states, nextRun, phase, decision, wave, deadlineMs, leaving, left, startDeadlineMs, crashes, crashesSinceMs, effects, changes } = draft;
  const isSame =
    states === before.states &&
    phase === before.phase &&
    deadlineMs === before.deadlineMs &&
    wave === before.wave &&
    startDeadlineMs === before.startDeadlineMs &&
    crashes === before.crashes &&
    left.length === (before.left?.length ?? 0);
  const carried = left.length > 0 ? { left } : {};
  const world = isSame ? before : { phase, states, nextRun, decision, wave, deadlineMs, leaving, startDeadlineMs, crashes, crashesSinceMs, ...carried };
  return { world, effects, changes };
};

/** Steps one process and takes its effects over. An index without a process (of another configuration) changes nothing. */
export const applyToProcess = (draft: Draft, index: number, event: ProcessEvent): void => {
  const spec = draft.plan.processes[index];
  const named = draft.plan.named[index];
  const state = draft.states[index];
  if (spec === undefined || named === undefined || state === undefined) return;
  const result = step(state, event, {
    spec: inWindow(draft, named),
    nowMs: draft.nowMs,
    nextRun: draft.nextRun,
    speaksLikeSupervisord: draft.plan.signalsLikeSupervisord,
  });
  if (result.state !== state) {
    draft.copy ??= [...draft.states];
    draft.copy[index] = result.state;
    draft.states = draft.copy;
    const changes = stateChanges(state, result);
    for (const change of changes) draft.changes.push({ type: 'state', ...change, index, spec });
    if (changes.length === 0 && hasOtherDetails(state, result.state)) draft.changes.push({ type: 'detail', from: state, to: result.state, index, spec });
  }
  for (const effect of result.effects) {
    if (effect.type === 'spawn') draft.nextRun = effect.run + 1;
    draft.effects.push({ ...effect, index });
  }
};

/** What the program is given of its stopwaitsecs in this stop of everything. */
const inWindow = (draft: Draft, spec: ProcessSpec): ProcessSpec => {
  if (draft.decision === null) return spec;
  const stopWaitMs = graceOf(draft.plan, draft, spec, draft.nowMs);
  return stopWaitMs === spec.stopWaitMs ? spec : { ...spec, stopWaitMs };
};

const hasOtherDetails = (before: ProcessState, after: ProcessState): boolean =>
  before.isReady !== after.isReady || before.isHeld !== after.isHeld || before.pid !== after.pid || before.leftPid !== after.leftPid;

export const enterPhase = (draft: Draft, phase: Phase): void => {
  draft.changes.push({ type: 'phase', from: draft.phase, to: phase });
  draft.phase = phase;
};

/** Adds a notice of the world itself. */
export const say = (draft: Draft, level: NoticeLevel, text: string): void => {
  draft.effects.push({ type: 'notice', index: null, level, text });
};
