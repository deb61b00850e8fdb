/**
 * Who waits for whom. A start that is wanted before its dependencies are there is held, and let go by the event that brings the last of
 * them; what a dependency's failure means, its dependants say. Derived from the states at every step: a successor needs no memory of it.
 */
import type { Condition } from '../config/model.ts';
import { isExpectedExit } from '../process/exit-status.ts';
import type { ProcessState } from '../process/types.ts';
import { applyToProcess, say, type Draft } from './draft.ts';
import { fullName, type Plan, type PlannedDependency } from './plan.ts';
import { hasEndedForGood, isAtRest } from './rest.ts';

/** Starts processes, those that depend on others as soon as these are there (settleDependencies, at the end of the step); what they need is
 *  started too. */
export const requestStart = (draft: Draft, indices: readonly number[]): void => {
  const { dependencies } = draft.plan;
  for (const index of indices) applyToProcess(draft, index, { type: dependencies[index]?.length === 0 ? 'startRequested' : 'holdRequested' });
  const isNeeded = (dependency: PlannedDependency): boolean => {
    const state = draft.states[dependency.index];
    return !dependency.isSoft && state !== undefined && isAtRest(state) && !holds(draft.plan, draft.states, dependency);
  };
  for (const index of indices) for (const dependency of dependencies[index] ?? []) if (isNeeded(dependency)) requestStart(draft, [dependency.index]);
};

/** After any event: lets go what no longer has to wait, and tells dependants of failures. */
export const settleDependencies = (draft: Draft): void => {
  if (!draft.plan.hasDependencies) return;
  // A dependant that fails with its dependency is itself somebody's dependency: until nothing changes.
  for (let before = null as readonly ProcessState[] | null; before !== draft.states; ) {
    before = draft.states;
    for (const [index, state] of before.entries()) if (state.isHeld) settleHeld(draft, index);
    for (const index of newFailures(draft)) stopDependants(draft, index);
  }
};

/** What a held process waits for, as written in the configuration; empty: nothing. */
export const waitsFor = (plan: Plan, states: readonly ProcessState[], index: number): readonly string[] =>
  (plan.dependencies[index] ?? []).filter((dependency) => !isSettled(plan, states, dependency)).map((dependency) => nameOf(plan, dependency));

type Verdict = { readonly kind: 'go' } | { readonly kind: 'wait' } | { readonly kind: 'fail'; readonly dependency: PlannedDependency };

const verdictOf = ({ plan, states }: Draft, index: number): Verdict => {
  const unsettled = (plan.dependencies[index] ?? []).filter((dependency) => !isSettled(plan, states, dependency));
  if (unsettled.length === 0) return { kind: 'go' };
  const failed = unsettled.find((dependency) => hasFailed(plan, states, dependency.index));
  if (failed === undefined) return { kind: 'wait' };
  if (plan.processes[index]?.service.onDependencyFailure !== 'ignore') return { kind: 'fail', dependency: failed };
  return { kind: unsettled.every((dependency) => hasFailed(plan, states, dependency.index)) ? 'go' : 'wait' };
};

const settleHeld = (draft: Draft, index: number): void => {
  const spec = draft.plan.processes[index];
  const verdict = verdictOf(draft, index);
  if (spec === undefined || verdict.kind === 'wait') return;
  if (verdict.kind === 'go') return applyToProcess(draft, index, { type: 'startRequested' });
  const name = nameOf(draft.plan, verdict.dependency);
  if (spec.service.onDependencyFailure === 'fatal') return applyToProcess(draft, index, { type: 'dependencyFailed', name });
  say(draft, 'warn', `not started: ${fullName(spec)} depends on ${name}, which has failed`);
  applyToProcess(draft, index, { type: 'stopRequested' });
};

/** Processes that have failed for good within this step. */
const newFailures = ({ plan, before, states }: Draft): readonly number[] =>
  [...states.keys()].filter((index) => states[index]?.name !== before.states[index]?.name && hasFailed(plan, states, index));

const stopDependants = (draft: Draft, failed: number): void => {
  for (const [index, needed] of draft.plan.dependencies.entries()) {
    const dependency = needed.find((each) => each.index === failed && !each.isSoft);
    const spec = draft.plan.processes[index];
    const state = draft.states[index];
    if (dependency === undefined || spec === undefined || state === undefined) continue;
    if (state.isHeld || isAtRest(state) || state.name === 'STOPPING' || spec.service.onDependencyFailure === 'ignore') continue;
    const name = nameOf(draft.plan, dependency);
    if (spec.service.onDependencyFailure === 'stop') say(draft, 'warn', `stopping ${fullName(spec)}: ${name}, which it depends on, has failed`);
    applyToProcess(draft, index, spec.service.onDependencyFailure === 'stop' ? { type: 'stopRequested' } : { type: 'dependencyFailed', name });
  }
};

/** Nothing to wait for any more. An ordering-only dependency is also settled when nobody wants it. */
const isSettled = (plan: Plan, states: readonly ProcessState[], dependency: PlannedDependency): boolean => {
  if (holds(plan, states, dependency)) return true;
  const state = states[dependency.index];
  return dependency.isSoft && (state === undefined || isAtRest(state));
};

const holds = (plan: Plan, states: readonly ProcessState[], { index, condition }: PlannedDependency): boolean => {
  const state = states[index];
  return state !== undefined && MEANING[condition](state, isCompleted(plan, state, index));
};

const MEANING: Readonly<Record<Condition, (state: ProcessState, isOver: boolean) => boolean>> = {
  started: ({ name }, isOver) => name === 'RUNNING' || isOver,
  ready: ({ isReady }, isOver) => isReady || isOver,
  completed: (_state, isOver) => isOver,
};

const isCompleted = (plan: Plan, state: ProcessState, index: number): boolean => {
  const spec = plan.processes[index];
  return spec !== undefined && state.name === 'EXITED' && !state.lingering && state.exit !== null && isExpectedExit(state.exit, spec);
};

const hasFailed = (plan: Plan, states: readonly ProcessState[], index: number): boolean => {
  const state = states[index];
  return state !== undefined && hasEndedForGood(state) && !state.isHeld && !isCompleted(plan, state, index);
};

const nameOf = ({ processes }: Plan, { index, condition }: PlannedDependency): string => {
  const spec = processes[index];
  return spec === undefined ? '' : `${fullName(spec)}${condition === 'started' ? '' : `:${condition}`}`;
};
