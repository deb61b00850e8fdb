/**
 * What a run leaves behind when its main process has ended: the rest of its process group, and strays, which live outside of it: in the
 * background, in sessions of their own. What of that a stop waits for, and what KILL reaches, the program's scopes say.
 */
import type { SignalScope } from '../config/model/model.ts';
import { notice, quietly } from './result.ts';
import { waitForPace } from './pace.ts';
import { enterStarting } from './start.ts';
import { stopSignalTo } from './stop-signal.ts';
import type { LeftProcess, ProcessEffect, ProcessEvent, ProcessState, StepContext, StepResult } from './types.ts';

type Ended = Extract<ProcessEvent, { type: 'exited' }>;
type GroupEnded = Extract<ProcessEvent, { type: 'groupEnded' }>;

const SIGKILL = 9;

/** Where a stop does not wait for strays: they may have been told to end later than the rest, and hold up the stop no longer than this; a killed one is gone at once, unless the
 *  kernel holds it. */
export const STRAYS_WAIT_MS = 2000;
export const REMNANTS_WAIT_MS = 1000;

/** Is everything of the scope over, once the main process is? */
export const isOver = (scope: SignalScope, { groupEnded, left }: Pick<Ended, 'groupEnded' | 'left'>): boolean =>
  scope === 'process' || (groupEnded && (scope === 'group' || left?.isStray !== true));

/** `process 12 ("nginx")`. */
export const describeLeft = ({ pid, name }: LeftProcess): string => `process ${pid} (${JSON.stringify(name)})`;

/** A program that ends with success and lives on as a stray has put itself into the background. */
export const tellDaemon = (state: ProcessState, left: LeftProcess | undefined, { spec }: StepContext): readonly ProcessEffect[] => {
  if (left?.isStray !== true || state.exit?.code !== 0) return [];
  const text = `in the background: ${describeLeft(left)}, which ${spec.name} has left there, lives on and is not supervised; let ${spec.name} run in the foreground, or name its pid file in pid_file`;
  return [notice('warn', text)];
};

/** STOPPING: what the stop waits for is over, something else that KILL is to reach is not: it is told too, and has a moment. */
export const tellRest = (state: ProcessState, left: LeftProcess | undefined, context: StepContext): StepResult => ({
  state: {
    ...state,
    lingering: true,
    killAtMs: null,
    deadlineMs: Math.min(Number(state.killAtMs ?? state.deadlineMs), context.nowMs + STRAYS_WAIT_MS),
  },
  effects: [sayStopping(left, context), stopSignalTo(state.run, context.spec.stopScopes.kill, context)],
});

/** At rest: does anything live that has to end before the next run, or with a stop? */
export const hasLeft = ({ leftPid }: ProcessState, { spec }: StepContext): boolean => leftPid !== 0 && spec.stopScopes.kill !== 'process';

/** At rest, with something left: it is told to end; then follows what `wish` says. */
export const endLeft = (state: ProcessState, wish: ProcessState['wish'], context: StepContext): StepResult => ({
  state: { ...state, wish, isHeld: false, lingering: true, killed: false, deadlineMs: context.nowMs + context.spec.stopWaitMs },
  effects: [
    notice('info', `stopping what ${context.spec.name} has left behind: process ${state.leftPid}`),
    stopSignalTo(state.run, context.spec.stopScopes.kill, context),
  ],
});

const sayStopping = (left: LeftProcess | undefined, { spec }: StepContext): ProcessEffect =>
  notice('info', `stopping what ${spec.name} has left behind${left === undefined ? '' : `: ${describeLeft(left)}`}`);

/** A run has ended by itself and another one follows: what asks what it has left behind to end. Empty: nothing that KILL would reach. */
export const askLeft = (run: number, event: Ended, context: StepContext): readonly ProcessEffect[] =>
  isOver(context.spec.stopScopes.kill, event) ? [] : [sayStopping(event.left, context), stopSignalTo(run, context.spec.stopScopes.kill, context)];

/** The deadline of something at rest: KILL for what had its time, then on without waiting any longer. */
export const forceLeft = (state: ProcessState, context: StepContext): StepResult => {
  return !state.lingering || state.killed ? leftIsGone(state, context) : killLeft(state, context);
};

/** It had its time. */
export const killLeft = (state: ProcessState, { spec, nowMs }: StepContext): StepResult => ({
  state: { ...state, killed: true, killAtMs: null, deadlineMs: nowMs + REMNANTS_WAIT_MS },
  effects: [
    notice('warn', `killing what ${spec.name} has left behind with SIGKILL`),
    { type: 'signal', run: state.run, signal: SIGKILL, scope: spec.stopScopes.kill },
  ],
});

/** At rest: nothing of the run is left. */
export const leftIsGone = (state: ProcessState, context: StepContext): StepResult => {
  const gone: ProcessState = { ...state, leftPid: 0, lingering: false, deadlineMs: null };
  if (!state.lingering) return quietly(state.leftPid === 0 ? state : gone);
  const release: ProcessEffect = { type: 'release', run: state.run };
  if (state.wish !== 'up' || state.name === 'FATAL') return { state: gone, effects: [release] };
  const waiting = waitForPace(gone, context);
  return waiting === null ? enterStarting(gone, context, [release]) : quietly(waiting);
};

/** At rest: the process group is gone, which may leave strays. */
export const groupIsGone = (state: ProcessState, event: GroupEnded, context: StepContext): StepResult => {
  const { left } = event;
  if (left?.isStray !== true) return leftIsGone(state, context);
  if (state.lingering) return context.spec.stopScopes.kill === 'tree' ? quietly(state) : leftIsGone(state, context);
  return { state: { ...state, leftPid: left.pid }, effects: state.leftPid === left.pid ? [] : tellDaemon(state, left, context) };
};
