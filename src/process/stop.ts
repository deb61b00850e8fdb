/**
 * The stop sequence: stop signal (to the main process first, to the rest of its group at half of the time, where the program's scopes
 * say so), wait, KILL, and KILL again each time the wait is over, until the main process has ended and whatever else the scopes name.
 * A stop that arrives before init has answered the spawn cancels it; when it has been executed all the same, the sequence begins with
 * the answer.
 */
import { SIGKILL } from './exit.ts';
import { failStart, giveUp } from './failure.ts';
import { notice } from './result.ts';
import { signalName } from './signal-names.ts';
import { stopSignalTo } from './stop-signal.ts';
import { enterStarting } from './start.ts';
import type { ProcessEffect, ProcessState, StepContext, StepResult } from './types.ts';

/** With stopwaitsecs=0 the KILL follows at once, but its repetition must not become a busy loop. */
const KILL_AGAIN_MIN_MS = 1000;

/** STARTING or RUNNING to STOPPING. */
export const enterStopping = (state: ProcessState, context: StepContext): StepResult => {
  const stopping: ProcessState = { ...state, name: 'STOPPING', wish: 'down', deadlineMs: null, killAtMs: null, killed: false, isReady: false };
  if (state.pid !== 0) return sendStopSignal(stopping, context);
  // Its executable may be on a file system that does not answer.
  return { state: stopping, effects: [{ type: 'cancel', run: state.run }] };
};

/** supervisord's words where it has any. */
const SCOPE_WORDS = { process: '', group: 'process group ', tree: 'process tree ' } as const;

/** The first step of the sequence; needs a main process. Where the rest is to be asked later, the first deadline is half of the time. */
export const sendStopSignal = (state: ProcessState, context: StepContext): StepResult => {
  const { spec, nowMs } = context;
  const { signal: scope, later } = spec.stopScopes;
  const name = signalName(spec.stopSignal) ?? `signal ${spec.stopSignal}`;
  const text = `killing ${spec.name} (pid ${state.pid}) ${SCOPE_WORDS[scope]}with signal ${name}`;
  const isInTurn = later !== undefined && scope === 'process' && spec.stopWaitMs > 0;
  const times = isInTurn
    ? { deadlineMs: nowMs + spec.stopWaitMs / 2, killAtMs: nowMs + spec.stopWaitMs }
    : { deadlineMs: nowMs + spec.stopWaitMs, killAtMs: null };
  return { state: { ...state, ...times }, effects: [notice('debug', text), { ...stopSignalTo(state.run, scope, context), isStop: true }] };
};

/** The deadline of a stop: at half of the time the rest is asked, at the end KILL. */
export const stopDeadlineReached = (state: ProcessState, context: StepContext): StepResult =>
  state.killAtMs === null ? forceStop(state, context) : askRest(state, state.killAtMs, context);

const askRest = (state: ProcessState, killAtMs: number, context: StepContext): StepResult => {
  const { spec } = context;
  const text = `half of the time is over: the rest of ${spec.name} gets the stop signal too`;
  return {
    state: { ...state, deadlineMs: killAtMs, killAtMs: null },
    effects: [notice('debug', text), stopSignalTo(state.run, spec.stopScopes.later === 'tree' ? 'treeRest' : 'groupRest', context)],
  };
};

/** The wait is over: force it, and look again later. */
const forceStop = (state: ProcessState, { spec, nowMs }: StepContext): StepResult => {
  const scope = spec.stopScopes.kill;
  const text = state.lingering
    ? `killing what is left of ${scope === 'tree' ? '' : 'the process group of '}'${spec.name}' with SIGKILL`
    : `killing '${spec.name}' (${state.pid}) with SIGKILL`;
  return {
    state: { ...state, killed: true, deadlineMs: nowMs + Math.max(spec.stopWaitMs, KILL_AGAIN_MIN_MS) },
    effects: [notice('warn', text), { type: 'signal', run: state.run, signal: SIGKILL, scope }],
  };
};

/** Nothing of the run is left. A start that was asked for meanwhile (a restart) follows at once. */
export const finishStop = (state: ProcessState, context: StepContext, before: readonly ProcessEffect[]): StepResult => {
  const over: ProcessState = { ...state, pid: 0, deadlineMs: null, killAtMs: null, lingering: false, afterStop: 'nothing' };
  if (state.afterStop === 'fatal' && state.wish === 'down') return { state: giveUp(over), effects: before };
  if (state.afterStop === 'retry' && state.wish === 'up') {
    return failStart(over, { spawnError: state.spawnError, exit: state.exit, atMs: state.stoppedAtMs, effects: before }, context);
  }
  const stopped: ProcessState = { ...over, name: 'STOPPED' };
  return state.wish === 'up' ? enterStarting(stopped, context, before) : { state: stopped, effects: before };
};
