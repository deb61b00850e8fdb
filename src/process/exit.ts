/**
 * The end of a main process that nobody had asked for: too early (a failed start) or out of RUNNING, with or without
 * a restart. What is left of the run, as far as KILL is to reach, is asked to end before the program comes back, has as long as a
 * stop has, then KILL, and the new run waits for that: two runs must not fight for one port.
 */
import { describeExit, isExpectedExit } from './exit-status.ts';
import { failStart, giveUp, overBudget } from './failure.ts';
import { askLeft, tellDaemon } from './left.ts';
import { waitForPace } from './pace.ts';
import { restartDelayMs, spendRestart } from './restart.ts';
import { notice } from './result.ts';
import { enterStarting } from './start.ts';
import type { ProcessSpec } from '../config/model/model.ts';
import type { ExitStatus, ProcessEffect, ProcessEvent, ProcessState, StepContext, StepResult } from './types.ts';

export type Exited = Extract<ProcessEvent, { type: 'exited' }>;

export const SIGKILL = 9;

/** supervisord's words, which its clients know. */
export const TOO_QUICKLY = 'Exited too quickly (process log may have details)';

/** Ended inside the start window. */
export const exitTooQuickly = (state: ProcessState, event: Exited, context: StepContext): StepResult => {
  const remnants = askLeft(state.run, event, context);
  const effects = [
    notice('warn', `exited: ${context.spec.name} (${describeExit(event.status)}; not expected)`),
    ...tellDaemon({ ...state, exit: event.status }, event.left, context),
    ...remnants,
    ...(remnants.length === 0 ? [{ type: 'release', run: state.run } as const] : []),
  ];
  const ended = { ...state, leftPid: event.left?.pid ?? 0, ...ending(remnants, context) };
  return failStart(ended, { spawnError: TOO_QUICKLY, exit: event.status, atMs: event.atMs, effects }, context);
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
  if (!wantsRestart(ended, event.status, context)) return { state: { ...ended, leftPid: event.left?.pid ?? 0 }, effects: [...before, release] };
  const remnants = askLeft(state.run, event, context);
  const effects = [...before, ...(remnants.length === 0 ? [release] : remnants)];
  const leaving: ProcessState = { ...ended, leftPid: event.left?.pid ?? 0, ...ending(remnants, context) };
  const counted = spendRestart(leaving, context);
  if (typeof counted === 'string') return { state: giveUp(leaving), effects: [...effects, overBudget(context, counted)], passed: [ended] };
  return restart(counted, effects, context);
};

/** supervisord shows code -1 for every signal. */
const unexpectedEnd = (status: ExitStatus, { speaksLikeSupervisord = false }: StepContext): string =>
  speaksLikeSupervisord ? `Bad exit code ${status.code}` : describeExit(status);

/** What is left is asked to end: until then the run is not over. */
const ending = (asked: readonly ProcessEffect[], { spec, nowMs }: StepContext): Pick<ProcessState, 'lingering' | 'killed' | 'killAtMs'> =>
  asked.length === 0 ? { lingering: false, killed: false, killAtMs: null } : { lingering: true, killed: false, killAtMs: nowMs + spec.stopWaitMs };

/** Of what runs to its end that is news of another kind. */
const endText = (spec: ProcessSpec, status: ExitStatus, isExpected: boolean): string =>
  isExpected && spec.service.isOneshot
    ? `completed: ${spec.name} (${describeExit(status)})`
    : `exited: ${spec.name} (${describeExit(status)}; ${isExpected ? 'expected' : 'not expected'})`;

const restart = (ended: ProcessState, effects: readonly ProcessEffect[], context: StepContext): StepResult => {
  const delayMs = restartDelayMs(context);
  if (delayMs !== null) {
    return { state: { ...ended, name: 'BACKOFF', isReady: false, deadlineMs: ended.stoppedAtMs + delayMs }, effects, passed: [ended] };
  }
  if (!ended.lingering) {
    const waiting = waitForPace(ended, context);
    // The run is let go with the next start: a successor finds it until then.
    return waiting === null ? enterStarting(ended, context, effects) : { state: waiting, effects: effects.filter(({ type }) => type !== 'release') };
  }
  return { state: { ...ended, deadlineMs: ended.killAtMs, killAtMs: null }, effects };
};

const wantsRestart = (state: ProcessState, status: ExitStatus, { spec }: StepContext): boolean => {
  if (state.wish === 'down' || spec.autorestart === 'never') return false;
  return spec.autorestart === 'always' || !isExpectedExit(status, spec);
};
