/**
 * Who waits for whom, and for their turn. A start that is wanted before its dependencies are there, or while parallel_start others are STARTING,
 * is held, and let go by the event that brings the last of them; what a dependency's failure means, its dependants say. Derived from the states at every step: a successor needs no memory of it.
 */
import type { ProcessSpec } from '../config/model/model.ts';
import type { Condition } from '../config/model/service-model.ts';
import { isExpectedExit } from '../process/exit-status.ts';
import { INITIAL_STATE } from '../process/initial-state.ts';
import type { ProcessState } from '../process/types.ts';
import { applyToProcess, say, type Draft } from './draft.ts';
import { fullName, type Plan, type PlannedDependency } from './plan.ts';
import { hasEndedForGood, isAtRest } from './stop/rest.ts';

/** Starts processes, those that depend on others as soon as these are there (settleDependencies, at the end of the step); what they need is
 *  started too. */
export const requestStart = (draft: Draft, indices: readonly number[]): void => {
  for (const index of indices) applyToProcess(draft, index, { type: mayHaveToWait(draft.plan, index) ? 'holdRequested' : 'startRequested' });
  const isNeeded = (dependency: PlannedDependency): boolean =>
    !dependency.isSoft && isAtRest(stateOf(draft.states, dependency.index)) && !holds(draft.plan, draft.states, dependency);
  for (const index of indices) for (const dependency of neededBy(draft.plan, index)) if (isNeeded(dependency)) requestStart(draft, [dependency.index]);
};

const mayHaveToWait = (plan: Plan, index: number): boolean => plan.model.supervisor.parallelStart > 0 || neededBy(plan, index).length > 0;

/** After any event: lets go what no longer has to wait, and tells dependants of failures. */
export const settleDependencies = (draft: Draft): void => {
  if (!draft.plan.hasDependencies && draft.plan.model.supervisor.parallelStart === 0) return;
  // A dependant that fails with its dependency is itself somebody's dependency: until nothing changes.
  for (let before = null as readonly ProcessState[] | null; before !== draft.states; ) {
    before = draft.states;
    for (const [index, spec] of draft.plan.processes.entries()) if (stateOf(draft.states, index).isHeld) settleHeld(draft, index, spec);
    for (const index of newFailures(draft)) stopDependants(draft, index);
  }
};

/** What those wait for that parallel_start holds. */
export const ITS_TURN = 'its turn';

/** What a held process waits for, as written in the configuration. */
export const waitsFor = (plan: Plan, states: readonly ProcessState[], index: number): readonly string[] => {
  const missing = neededBy(plan, index).filter((dependency) => !isSettled(plan, states, dependency));
  return missing.length === 0 ? [ITS_TURN] : missing.map(({ name }) => name);
};

type Verdict = { readonly kind: 'go' } | { readonly kind: 'wait' } | { readonly kind: 'fail'; readonly dependency: PlannedDependency };

const verdictOf = ({ plan, states }: Draft, index: number, ignoresFailure: boolean): Verdict => {
  const unsettled = neededBy(plan, index).filter((dependency) => !isSettled(plan, states, dependency));
  if (unsettled.length === 0) return { kind: 'go' };
  const failed = unsettled.find((dependency) => hasFailed(plan, states, dependency.index));
  if (failed === undefined) return { kind: 'wait' };
  if (!ignoresFailure) return { kind: 'fail', dependency: failed };
  return { kind: unsettled.every((dependency) => hasFailed(plan, states, dependency.index)) ? 'go' : 'wait' };
};

const settleHeld = (draft: Draft, index: number, spec: ProcessSpec): void => {
  const verdict = verdictOf(draft, index, spec.service.onDependencyFailure === 'ignore');
  if (verdict.kind === 'wait') return;
  if (verdict.kind === 'go') return hasTurn(draft) ? applyToProcess(draft, index, { type: 'startRequested' }) : undefined;
  const { name } = verdict.dependency;
  if (spec.service.onDependencyFailure === 'fatal') return applyToProcess(draft, index, { type: 'dependencyFailed', name });
  say(draft, 'warn', `not started: ${fullName(spec)} depends on ${name}, which has failed`);
  applyToProcess(draft, index, { type: 'stopRequested' });
};

/** Those that come back by themselves count as well, but wait for nobody. */
const hasTurn = ({ plan, states }: Draft): boolean => {
  const { parallelStart } = plan.model.supervisor;
  return parallelStart === 0 || states.filter(({ name }) => name === 'STARTING').length < parallelStart;
};

/** Processes that have failed for good within this step. */
const newFailures = ({ plan, before, states }: Draft): readonly number[] =>
  [...states.keys()].filter((index) => states[index]?.name !== before.states[index]?.name && hasFailed(plan, states, index));

const stopDependants = (draft: Draft, failed: number): void => {
  for (const [index, spec] of draft.plan.processes.entries()) {
    const dependency = neededBy(draft.plan, index).find((each) => each.index === failed && !each.isSoft);
    const state = stateOf(draft.states, index);
    if (dependency === undefined) continue;
    if (state.isHeld || isAtRest(state) || state.name === 'STOPPING' || spec.service.onDependencyFailure === 'ignore') continue;
    const { name } = dependency;
    if (spec.service.onDependencyFailure === 'stop') say(draft, 'warn', `stopping ${fullName(spec)}: ${name}, which it depends on, has failed`);
    applyToProcess(draft, index, spec.service.onDependencyFailure === 'stop' ? { type: 'stopRequested' } : { type: 'dependencyFailed', name });
  }
};

/** Nothing to wait for any more. An ordering-only dependency is also settled when nobody wants it. */
const isSettled = (plan: Plan, states: readonly ProcessState[], dependency: PlannedDependency): boolean => {
  if (holds(plan, states, dependency)) return true;
  return dependency.isSoft && isAtRest(stateOf(states, dependency.index));
};

const holds = (plan: Plan, states: readonly ProcessState[], { index, condition }: PlannedDependency): boolean => {
  const state = stateOf(states, index);
  return MEANING[condition](state, isCompleted(plan, state, index));
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
  const state = stateOf(states, index);
  return hasEndedForGood(state) && !isCompleted(plan, state, index);
};

/** Indices without a process, or without a state, are those of another plan: nothing is known of them. */
const neededBy = (plan: Plan, index: number): readonly PlannedDependency[] => plan.dependencies[index] ?? [];
export const stateOf = (states: readonly ProcessState[], index: number): ProcessState => states[index] ?? INITIAL_STATE;
