/**
 * What a run of `tsinit ci` has come to, and the exit code that says so (docs/tools.md has the table). Derived from the states alone, as every
 * exit code is: a successor comes to the same result.
 */
import { describeExit, isExpectedExit, shellExitCode } from '../../../process/exit-status.ts';
import { INITIAL_STATE } from '../../../process/initial-state.ts';
import { signalName } from '../../../process/signal-names.ts';
import { NOT_DONE } from '../../../process/readiness.ts';
import type { ProcessSpec } from '../../../config/model/model.ts';
import type { ProcessState } from '../../../process/types.ts';
import { fullName, type Plan } from '../../plan.ts';
import type { Decision, Requester } from '../../types.ts';

export const CI_CODES = { service: 120, leftOver: 121, timeout: 124, interrupted: 143 } as const;

export type CiOutcome = {
  readonly kind: 'passed' | 'failed' | keyof typeof CI_CODES;
  readonly code: number;
  /** One sentence. */
  readonly why: string;
};

/** Of a run that is to end. */
export const ciOutcome = (plan: Plan, states: readonly ProcessState[], decision: Decision): CiOutcome => {
  if (decision.cause === 'requested') return ofInterrupted(decision.by);
  const index = testIndex(plan);
  const state = states[index] ?? INITIAL_STATE;
  const failed = failedServices(plan, states);
  if (failed.length > 0) return named('service', failed.map(({ why }) => why).join('; '));
  if (decision.cause !== 'policy' || decision.index !== index) return named('service', 'everything was stopped before the test command had ended');
  if (state.name === 'FATAL') return ofUnfinished(state);
  if (state.exit === null || shellExitCode(state.exit) !== 0) return ofFailed(state);
  const { left = 0 } = decision;
  if (left > 0) return named('leftOver', `${left === 1 ? 'a process was' : `${left} processes were`} left when every program had been stopped`);
  return { kind: 'passed', code: 0, why: 'the test command succeeded' };
};

/** As a shell would report what was ended by that signal. */
const ofInterrupted = (by: Requester | null): CiOutcome => {
  const isSignal = by?.kind === 'signal';
  const who = isSignal ? (signalName(by.signal) ?? `signal ${by.signal}`) : 'a command';
  return {
    kind: 'interrupted',
    code: isSignal ? shellExitCode({ code: -1, signal: by.signal, coreDumped: false }) : CI_CODES.interrupted,
    why: `${who} stopped everything before the test command had ended`,
  };
};

/** Where the test command is in the plan. */
export const testIndex = ({ model, processes }: Plan): number => processes.findIndex(({ program }) => program === model.ci?.program);

/** Those that are given up, or have ended as they should not, in start order. */
export const failedServices = (plan: Plan, states: readonly ProcessState[]): readonly { readonly index: number; readonly why: string }[] =>
  plan.processes.flatMap((spec, index) => {
    const state = states[index] ?? INITIAL_STATE;
    const isService = index !== testIndex(plan) && spec.service.onFailure !== 'ignore';
    return isService && hasFailed(spec, state) ? [{ index, why: `${fullName(spec)} has failed: ${reasonOf(state)}` }] : [];
  });

/** In words, of what has failed. */
export const reasonOf = ({ name, spawnError, exit }: ProcessState): string => {
  const how = exit === null ? '' : describeExit(exit);
  return name === 'EXITED' ? how : [spawnError, how].filter((part) => part !== '').join(', ') || 'it was given up';
};

const hasFailed = (spec: ProcessSpec, { name, exit }: ProcessState): boolean =>
  name === 'FATAL' || (name === 'EXITED' && exit !== null && !isExpectedExit(exit, spec));

/** Given up: the time was over, or it could not be started at all. */
const ofUnfinished = (state: ProcessState): CiOutcome =>
  state.spawnError.startsWith(NOT_DONE)
    ? named('timeout', `the test command was ${state.spawnError}`)
    : { kind: 'failed', code: codeOf(state), why: `the test command could not be run: ${reasonOf(state)}` };

const ofFailed = (state: ProcessState): CiOutcome => ({ kind: 'failed', code: codeOf(state), why: `the test command failed: ${reasonOf(state)}` });

/** Never 0. */
const codeOf = ({ exit }: ProcessState): number => (exit === null ? 1 : shellExitCode(exit) || 1);

const named = (kind: keyof typeof CI_CODES, why: string): CiOutcome => ({ kind, code: CI_CODES[kind], why });
