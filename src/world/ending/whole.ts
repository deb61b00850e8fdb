/**
 * What the whole container has to keep to, beside what each program has: a start that comes to its end (start_timeout), and failures that
 * are not too many (crash_budget). Either ends everything, with a code of its own (docs/decisions/0002-exit-codes.md).
 */
import type { ProcessSpec } from '../../config/model/model.ts';
import { isExpectedExit } from '../../process/exit-status.ts';
import type { ProcessState } from '../../process/types.ts';
import { stateOf, waitsFor } from '../dependencies.ts';
import { say, type Draft } from '../draft.ts';
import { finalExitCode } from './exit-policy.ts';
import { fullName } from '../plan.ts';
import { beginShutdown } from '../stop/shutdown.ts';
import type { WorldChange } from '../types.ts';

/** The code of sysexits.h for a service that is not available, and for something to be tried again later. */
const END = { crashBudget: { code: 69, rule: 'crash_budget' }, startTimeout: { code: 75, rule: 'start_timeout' } } as const;

/** Named of those that are missing. */
const MOST_NAMED = 5;

/** From startUp on, once. */
export const beginStart = (draft: Draft): void => {
  const { startTimeoutMs } = draft.plan.model.supervisor;
  if (startTimeoutMs > 0) draft.startDeadlineMs = draft.nowMs + startTimeoutMs;
};

/** After any event, as long as nothing is ending. */
export const watchTheWhole = (draft: Draft): void => {
  watchCrashes(draft);
  if (draft.startDeadlineMs !== null) watchStart(draft, draft.startDeadlineMs);
};

const watchStart = (draft: Draft, deadlineMs: number): void => {
  const missing = missingOf(draft);
  const [first] = missing;
  if (first === undefined) draft.startDeadlineMs = null;
  else if (draft.nowMs >= deadlineMs) {
    const { startTimeoutMs } = draft.plan.model.supervisor;
    end(draft, 'startTimeout', first.index, `not everything is up within ${startTimeoutMs / 1000} seconds: ${missingText(draft, missing)}`);
  }
};

type Missing = { readonly index: number; readonly spec: ProcessSpec; readonly state: ProcessState };

/** Wanted, and neither ready nor done; a test command is what the start is for, not a part of it. */
const missingOf = ({ plan, states }: Draft): readonly Missing[] =>
  plan.processes.flatMap((spec, index) => {
    const state = stateOf(states, index);
    const isDone = state.name === 'EXITED' && state.exit !== null && isExpectedExit(state.exit, spec);
    const isTest = spec.program === plan.model.ci?.program;
    return state.wish === 'down' || state.isReady || isDone || isTest ? [] : [{ index, spec, state }];
  });

const missingText = (draft: Draft, missing: readonly Missing[]): string => {
  const named = missing.slice(0, MOST_NAMED).map((one) => missingOne(draft, one));
  return [...named, ...(missing.length > MOST_NAMED ? [`${missing.length - MOST_NAMED} more`] : [])].join(', ');
};

const missingOne = ({ plan, states }: Draft, { index, spec, state }: Missing): string => {
  if (state.isHeld) return `${fullName(spec)} waits for ${waitsFor(plan, states, index).join(' and ')}`;
  return `${fullName(spec)} is ${state.name === 'RUNNING' ? 'not ready' : state.name}`;
};

const watchCrashes = (draft: Draft): void => {
  const budget = draft.plan.model.supervisor.crashBudget;
  if (budget === null) return;
  for (const change of draft.changes) {
    if (change.type !== 'state' || !isCrash(change)) continue;
    const isNewPeriod = draft.crashes === 0 || draft.nowMs - draft.crashesSinceMs >= budget.periodMs;
    draft.crashes = isNewPeriod ? 1 : draft.crashes + 1;
    if (isNewPeriod) draft.crashesSinceMs = draft.nowMs;
    if (draft.crashes <= budget.count) continue;
    const text = `more than ${budget.count} failures within ${budget.periodMs / 1000} seconds, the last one of ${fullName(change.spec)}`;
    return end(draft, 'crashBudget', change.index, text);
  }
};

/** An end that was not to be, or a start that failed; not what follows from it. Nobody's failure counts that is to be ignored. */
const isCrash = ({ from, to, spec }: Extract<WorldChange, { readonly type: 'state' }>): boolean => {
  if (spec.service.onFailure === 'ignore') return false;
  if (to.name === 'EXITED') return to.exit !== null && !isExpectedExit(to.exit, spec);
  return (from.name === 'STARTING' || from.name === 'STOPPING') && (to.name === 'BACKOFF' || to.name === 'FATAL');
};

const end = (draft: Draft, cause: keyof typeof END, index: number, why: string): void => {
  const { code, rule } = END[cause];
  const decision = { cause, atMs: draft.nowMs, index, code, rule } as const;
  say(draft, 'error', `exiting with code ${finalExitCode(draft.plan, draft.states, decision)}: ${why} (${rule})`);
  beginShutdown(draft, decision);
};
