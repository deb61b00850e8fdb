/**
 * When does the end of programs end everything, and with which code? The table is in docs/decisions/0002-exit-codes.md.
 * Everything is derived from the states, nothing is counted along the way, so a successor decides as its predecessor
 * would have. Stopping things is shutdown's job.
 */
import { assertNever } from '../../base/assert-never.ts';
import type { ProcessSpec } from '../../config/model/model.ts';
import { isExpectedExit, obeyedSignal, shellExitCode } from '../../process/exit-status.ts';
import type { ProcessState } from '../../process/types.ts';
import { ciOutcome } from './ci/outcome.ts';
import type { Plan } from '../plan.ts';
import { hasEndedForGood, isAtRest } from '../stop/rest.ts';
import type { Decision } from '../types.ts';

/** A program that failed without a code of its own, or with code 0 that was not to be. */
const FAILURE_CODE = 1;
/** What is left of a program had to be killed at the end of its time, though its main process had ended well. */
const KILLED_CODE = 137;

/** `rule`: the option that decided. */
export type Verdict = { readonly index: number; readonly code: number; readonly rule: string };

/** Does the policy end everything now? Null: no. */
export const decideExit = (plan: Plan, states: readonly ProcessState[]): Verdict | null => decidedByService(plan, states) ?? decidedByPolicy(plan, states);

/** A program that ends everything by what its own section says. */
const decidedByService = (plan: Plan, states: readonly ProcessState[]): Verdict | null => {
  const ended = earliest(plan, states, (spec, state) => {
    if (!hasEndedForGood(state)) return false;
    return hasFailed(spec, state) ? spec.service.onFailure === 'stop-all' : spec.service.successStopsAll;
  });
  return ended === null ? null : verdictOn(ended, hasFailed(ended.spec, ended.state) ? 'on_failure=stop-all' : 'success_exit_stops_all');
};

const decidedByPolicy = (plan: Plan, states: readonly ProcessState[]): Verdict | null => {
  const policy = plan.model.supervisor.exitPolicy;
  switch (policy) {
    case 'never':
      return null;
    case 'any':
      return firstEnded(plan, states, (spec, state) => !hasCompleted(spec, state)) ?? allEnded(plan, states);
    case 'essential':
      return firstEnded(plan, states, (spec) => spec.essential);
    case 'all':
      return allEnded(plan, states);
    default:
      return assertNever(policy);
  }
};

/** The exit code once everything has come to rest. */
export const finalExitCode = (plan: Plan, states: readonly ProcessState[], decision: Decision): number => {
  if (plan.model.ci !== null) return ciOutcome(plan, states, decision).code;
  return mapped(plan, decision.cause === 'requested' ? codeOfStop(plan, states, decision) : decision.code);
};

/** Of the whole container, as exit_code_map has it. */
const mapped = ({ model }: Plan, code: number): number => model.supervisor.exitCodeMap[code] ?? code;

const codeOfStop = (plan: Plan, states: readonly ProcessState[], decision: Decision): number => {
  const policy = plan.model.supervisor.exitPolicy;
  if (policy === 'never') return 0;
  const counts = (spec: ProcessSpec): boolean => policy !== 'essential' || spec.essential;
  const failure = earliest(plan, states, (spec, state) => counts(spec) && spec.service.onFailure !== 'ignore' && !endedWell(spec, state, decision.atMs));
  if (failure === null) return 0;
  const { spec, state } = failure;
  return mainEndedWell(spec, state, decision.atMs) ? (spec.service.exitCodeMap[KILLED_CODE] ?? KILLED_CODE) : failureCode(failure);
};

const allEnded = (plan: Plan, states: readonly ProcessState[]): Verdict | null => {
  // What has a schedule or a trigger will run again. With a control interface a stopped program can be started again; without one, it never will be.
  const { hasControl } = plan.model;
  if (plan.processes.some(({ service }) => service.schedule !== null || (service.activation !== null && service.activation.startOn.length > 0))) return null;
  if (!states.every((state) => isAtRest(state) && (!hasControl || state.name !== 'STOPPED'))) return null;
  const failure = earliest(plan, states, (spec, state) => spec.service.onFailure !== 'ignore' && hasFailed(spec, state));
  return failure === null ? { index: -1, code: 0, rule: ruleOf(plan) } : verdictOn(failure, ruleOf(plan));
};

/** A oneshot (a migration, say) that has done its work: the others go on. */
const hasCompleted = (spec: ProcessSpec, state: ProcessState): boolean => spec.service.isOneshot && state.name === 'EXITED' && !hasFailed(spec, state);

const firstEnded = (plan: Plan, states: readonly ProcessState[], counts: (spec: ProcessSpec, state: ProcessState) => boolean): Verdict | null => {
  const ended = earliest(plan, states, (spec, state) => counts(spec, state) && hasEndedForGood(state));
  return ended === null ? null : verdictOn(ended, ruleOf(plan));
};

const verdictOn = ({ index, spec, state }: Found, rule: string): Verdict => ({
  index,
  code: hasFailed(spec, state) ? failureCode({ spec, state }) : exitCodeOf(state),
  rule,
});

const ruleOf = ({ model }: Plan): string => `exit_policy=${model.supervisor.exitPolicy}`;

const hasFailed = (spec: ProcessSpec, state: ProcessState): boolean =>
  state.name === 'FATAL' || (state.name === 'EXITED' && state.exit !== null && !isExpectedExit(state.exit, spec));

/** Under a stop that was asked for: ended as expected, or as we told it to. A KILL at the deadline is neither, also when it reached only what was left of the program. */
const endedWell = (spec: ProcessSpec, state: ProcessState, stopBeganAtMs: number): boolean => !state.killed && mainEndedWell(spec, state, stopBeganAtMs);

const mainEndedWell = (spec: ProcessSpec, state: ProcessState, stopBeganAtMs: number): boolean => {
  if (state.exit === null) return true;
  const wasTold = state.name === 'STOPPED' || state.stoppedAtMs >= stopBeganAtMs;
  return wasTold ? isExpectedExit(state.exit, spec) || obeyedSignal(state.exit, spec.stopSignal) : !hasFailed(spec, state);
};

const exitCodeOf = (state: ProcessState): number => (state.exit === null ? 0 : shellExitCode(state.exit));

/** Never 0, but where the program's own map says so. */
const failureCode = ({ spec, state }: Pick<Found, 'spec' | 'state'>): number =>
  spec.service.exitCodeMap[exitCodeOf(state)] ?? (exitCodeOf(state) || FAILURE_CODE);

type Found = { readonly index: number; readonly spec: ProcessSpec; readonly state: ProcessState };

/** The one that ended first of those asked for; of several at one instant, the first in start order. */
const earliest = (plan: Plan, states: readonly ProcessState[], isAsked: (spec: ProcessSpec, state: ProcessState) => boolean): Found | null => {
  let found: Found | null = null;
  // Not entries(): this is asked at each event, and a thousand pairs for each of a thousand starts keep the collector busy.
  for (let index = 0; index < states.length; index += 1) {
    const spec = plan.processes[index];
    const state = states[index];
    if (spec === undefined || state === undefined || !isAsked(spec, state)) continue;
    if (found === null || state.stoppedAtMs < found.state.stoppedAtMs) found = { index, spec, state };
  }
  return found;
};
