/**
 * The end of a main process that nobody had asked for: too early (a failed start) or out of RUNNING, with or without
 * a restart. What is left of the run, as far as KILL is to reach, is killed before the program comes back, and the new run
 * waits for that: two runs must not fight for one port.
 */
import { describeExit, isExpectedExit } from './exit-status.ts';
import { failStart, giveUp, overBudget } from './failure.ts';
import { isOver, REMNANTS_WAIT_MS, tellDaemon } from './left.ts';
import { restartDelayMs, spendRestart } from './restart.ts';
import { notice } from './result.ts';
import { enterStarting } from './start.ts';
import type { ProcessSpec } from '../config/model.ts';
import type { ExitStatus, ProcessEffect, ProcessEvent, ProcessState, StepContext, StepResult } from './types.ts';

export type Exited = Extract<ProcessEvent, { type: 'exited' }>;

export const SIGKILL = 9;

/** supervisord's words, which its clients know. */
export const TOO_QUICKLY = 'Exited too quickly (process log may have details)';

/** Ended inside the start window. */
export const exitTooQuickly = (state: ProcessState, event: Exited, context: StepContext): StepResult => {
  const remnants = killRemnants(state, event, context);
  const effects = [
    notice('warn', `exited: ${context.spec.name} (${describeExit(event.status)}; not expected)`),
    ...tellDaemon({ ...state, exit: event.status }, event.left, context),
    ...remnants,
    { type: 'release', run: state.run } as const,
  ];
  return failStart({ ...state, leftPid: leftAfter(remnants, event) }, { spawnError: TOO_QUICKLY, exit: event.status, atMs: event.atMs, effects }, context);
};

/** Ended after it had counted as started. */
export const exitFromRunning = (state: ProcessState, event: Exited, context: StepContext): StepResult => {
  const { spec } = context;
  const isExpected = isExpectedExit(event.status, spec);
  const log = notice(isExpected ? 'info' : 'warn', endText(spec, event.status, isExpected));
  const release = { type: 'release', run: state.run } as const;
  const ended: ProcessState = {
    ...state,
    name: 'EXITED',
    isReady: isExpected && spec.service.readyOn.kind === 'exit',
    pid: 0,
    stoppedAtMs: event.atMs,
    failures: 0,
    deadlineMs: null,
    exit: event.status,
    spawnError: isExpected ? '' : unexpectedEnd(event.status, context),
    leftPid: 0,
  };
  const before = [log, ...tellDaemon(ended, event.left, context)];
  if (!wantsRestart(ended, event.status, context)) return { state: { ...ended, leftPid: leftAfter([], event) }, effects: [...before, release] };
  const remnants = killRemnants(state, event, context);
  const counted = spendRestart(ended, context);
  if (typeof counted === 'string') return { state: giveUp(ended), effects: [...before, ...remnants, release, overBudget(context, counted)], passed: [ended] };
  return restart({ ...counted, leftPid: leftAfter(remnants, event) }, { before, remnants, release }, context);
};

/** supervisord shows code -1 for every signal. */
const unexpectedEnd = (status: ExitStatus, { speaksLikeSupervisord = false }: StepContext): string =>
  speaksLikeSupervisord ? `Bad exit code ${status.code}` : describeExit(status);

/** Of what runs to its end that is news of another kind. */
const endText = (spec: ProcessSpec, status: ExitStatus, isExpected: boolean): string =>
  isExpected && spec.service.isOneshot
    ? `completed: ${spec.name} (${describeExit(status)})`
    : `exited: ${spec.name} (${describeExit(status)}; ${isExpected ? 'expected' : 'not expected'})`;

type Left = { readonly before: readonly ProcessEffect[]; readonly remnants: readonly ProcessEffect[]; readonly release: ProcessEffect };

const restart = (ended: ProcessState, { before, remnants, release }: Left, context: StepContext): StepResult => {
  const delayMs = restartDelayMs(context);
  if (delayMs !== null) {
    const waiting: ProcessState = { ...ended, name: 'BACKOFF', isReady: false, deadlineMs: ended.stoppedAtMs + delayMs };
    return { state: waiting, effects: [...before, ...remnants, release], passed: [ended] };
  }
  if (remnants.length === 0) return enterStarting(ended, context, [...before, release]);
  return { state: { ...ended, lingering: true, deadlineMs: context.nowMs + REMNANTS_WAIT_MS }, effects: [...before, ...remnants] };
};

const wantsRestart = (state: ProcessState, status: ExitStatus, { spec }: StepContext): boolean => {
  if (state.wish === 'down' || spec.autorestart === 'never') return false;
  return spec.autorestart === 'always' || !isExpectedExit(status, spec);
};

/** What is being killed is not left. */
const leftAfter = (remnants: readonly ProcessEffect[], { left }: Exited): number => (remnants.length === 0 ? (left?.pid ?? 0) : 0);

const killRemnants = (state: ProcessState, event: Exited, { spec }: StepContext): readonly ProcessEffect[] =>
  isOver(spec.stopScopes.kill, event) ? [] : [{ type: 'signal', run: state.run, signal: SIGKILL, scope: spec.stopScopes.kill }];
