/**
 * What starts a program beside the start of everything and commands: events of other programs and signals, which the world sees itself, and
 * connections and files, which are told to it. Who is at rest is started; to all others nothing happens.
 */
import type { ProgramEvent } from '../../config/model/activation-model.ts';
import type { SignalNumber } from '../../config/model/model.ts';
import { isExpectedExit } from '../../process/exit-status.ts';
import { INITIAL_STATE } from '../../process/initial-state.ts';
import type { ProcessState } from '../../process/types.ts';
import { requestStart } from '../dependencies.ts';
import { say, type Draft } from '../draft.ts';
import { fullName, type Plan } from '../plan.ts';
import { hasEndedForGood, isAtRest } from '../stop/rest.ts';
import { isUp } from '../stop/shutdown.ts';
import type { WorldChange } from '../types.ts';

/** Those of them that are at rest are started; `reason` says why. */
export const activate = (draft: Draft, targets: readonly number[], reason: string): void => {
  if (!isUp(draft)) return;
  const waiting = targets.filter((index) => {
    const state = draft.states[index];
    return state !== undefined && isAtRest(state) && !draft.leaving.includes(index);
  });
  if (waiting.length === 0) return;
  const names = draft.plan.processes.filter((_, index) => waiting.includes(index)).map(fullName);
  say(draft, 'info', `starting ${names.join(', ')}: ${reason} (start_on)`);
  requestStart(draft, waiting);
};

/** False: the signal starts nobody. */
export const activateBySignal = (draft: Draft, signal: SignalNumber, name: string): boolean => {
  const targets = draft.plan.triggers?.bySignal.get(signal);
  if (targets === undefined) return false;
  activate(draft, targets, `received ${name}`);
  return true;
};

/** After any event: starts who waits for what has happened. */
export const activateByPrograms = (draft: Draft): void => {
  const { triggers } = draft.plan;
  if (triggers === null || triggers.byProgram.size === 0) return;
  // A start makes changes of its own; none of them is an event, so this comes to an end.
  const changes = draft.changes.filter((change) => change.type !== 'phase');
  for (const [at, change] of changes.entries()) {
    const isLast = !changes.slice(at + 1).some(({ index }) => index === change.index);
    for (const { event, target } of triggers.byProgram.get(change.index) ?? []) {
      if (HAPPENED[event](viewOf(change, isLast))) activate(draft, [target], `${fullName(change.spec)} ${WORDS[event]}`);
    }
  }
};

type View = { readonly from: ProcessState; readonly to: ProcessState; readonly isForGood: boolean; readonly isExpected: boolean };

/** `isLast`: nothing has become of it after that, as a restart would. */
const viewOf = ({ from, to, spec }: Exclude<WorldChange, { readonly type: 'phase' }>, isLast: boolean): View => ({
  from,
  to,
  isForGood: isLast && hasEndedForGood(to),
  isExpected: to.exit !== null && isExpectedExit(to.exit, spec),
});

const entered =
  (name: ProcessState['name']) =>
  ({ from, to }: View): boolean =>
    to.name === name && (from.name !== name || from.run !== to.run);
const isServing = ({ name, isReady }: ProcessState): boolean => name === 'RUNNING' && isReady;
const exited = entered('EXITED');
const fatal = entered('FATAL');

const HAPPENED: Readonly<Record<ProgramEvent, (view: View) => boolean>> = {
  started: entered('RUNNING'),
  // Nobody is ready from one run to the next: a start is not.
  ready: ({ from, to }) => isServing(to) && !isServing(from),
  exited,
  completed: (view) => exited(view) && view.isForGood && view.isExpected,
  failed: (view) => fatal(view) || (exited(view) && view.isForGood && !view.isExpected),
  stopped: entered('STOPPED'),
  backoff: entered('BACKOFF'),
  fatal,
};

const WORDS: Readonly<Record<ProgramEvent, string>> = {
  started: 'has started',
  ready: 'is ready',
  exited: 'has ended',
  completed: 'has completed',
  failed: 'has failed',
  stopped: 'was stopped',
  backoff: 'could not be started',
  fatal: 'was given up',
};

/** A program that ends at once leaves its trigger as it was: it is started by that once in a second at most. */
const BETWEEN_STARTS_MS = 1000;

/** Who may be started by a connection or a file; a later time at which to ask again, or null. */
export const readyToStart = (
  plan: Plan,
  states: readonly ProcessState[],
  targets: readonly number[],
  nowMs: number,
): { readonly indices: readonly number[]; readonly againAtMs: number | null } => {
  const indices: number[] = [];
  let againAtMs: number | null = null;
  for (const index of targets) {
    const state = states[index] ?? INITIAL_STATE;
    const takesAnother = plan.processes[index]?.service.activation?.acceptsConnections === true;
    // What was given up is for an operator to start again. A connection that is taken leaves no other trigger behind.
    if (!isAtRest(state) || (state.name === 'FATAL' && !takesAnother)) continue;
    const freeAtMs = state.run === 0 || (takesAnother && state.name !== 'FATAL') ? nowMs : state.startedAtMs + BETWEEN_STARTS_MS;
    if (freeAtMs <= nowMs) indices.push(index);
    else againAtMs = Math.min(againAtMs ?? freeAtMs, freeAtMs);
  }
  return { indices, againAtMs };
};

/** Is there anything that the world does not see by itself? */
export const hasOutsideTriggers = ({ processes }: Plan): boolean =>
  processes.some(
    ({ service: { activation } }) =>
      activation !== null && (activation.watch.length > 0 || activation.startOn.some(({ kind }) => kind === 'socket' || kind === 'path')),
  );
