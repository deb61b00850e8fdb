/**
 * STOPPING: a stop was asked for. pid 0 and not lingering: init has not answered the spawn yet; pid 0 and lingering:
 * the main process is gone, others that came from it are not.
 */
import { assertNever } from '../../base/assert-never.ts';
import type { Exited } from '../exit.ts';
import { describeExit, isExpectedExit } from '../exit-status.ts';
import { notStarted } from '../failure.ts';
import { describeLeft, isOver, tellRest } from '../left.ts';
import { moveTo } from '../follow.ts';
import { ignored, isDue, notice, quietly } from '../result.ts';
import { sendSignal } from '../signal.ts';
import { finishStop, sendStopSignal, stopDeadlineReached } from '../stop.ts';
import { stopSignalTo } from '../stop-signal.ts';
import type { ProcessEffect, ProcessEvent, ProcessState, StepContext, StepResult } from '../types.ts';

export const stepStopping = (state: ProcessState, event: ProcessEvent, context: StepContext): StepResult => {
  switch (event.type) {
    case 'startRequested':
    case 'holdRequested':
      return quietly({ ...state, wish: 'up' });
    case 'dependencyFailed':
      return ignored(state);
    case 'unhealthy':
      return ignored(state);
    case 'readinessReported':
      return ignored(state);
    case 'stopRequested':
      return quietly({ ...state, wish: 'down' });
    case 'signalRequested':
      return sendSignal(state, event.signal, context);
    case 'spawned':
      return awaitsSpawn(state) ? stopNewborn(state, event, context) : ignored(state);
    case 'spawnFailed':
      return awaitsSpawn(state) ? stopUnborn(state, event, context) : ignored(state);
    case 'exited':
      return state.lingering ? ignored(state) : mainEnded(state, event, context);
    case 'followed':
      return state.lingering ? ignored(state) : stopFollowed(state, event.pid, context);
    case 'groupEnded':
      return state.lingering ? groupEnded(state, event, context) : ignored(state);
    case 'treeEnded':
      return state.lingering ? finishStop(state, context, [{ type: 'release', run: state.run }]) : ignored(state);
    case 'deadlineReached':
      return isDue(state, context.nowMs) ? stopDeadlineReached(state, context) : ignored(state);
    case 'shutdownBegun':
      return quietly({ ...state, wish: 'down', ...hurried(state, context) });
    default:
      return assertNever(event);
  }
};

type Spawned = Extract<ProcessEvent, { type: 'spawned' }>;
type SpawnFailed = Extract<ProcessEvent, { type: 'spawnFailed' }>;
type GroupEnded = Extract<ProcessEvent, { type: 'groupEnded' }>;

const awaitsSpawn = (state: ProcessState): boolean => state.pid === 0 && !state.lingering;

/** From now on it has no more time than any other: a stop of everything may be in a hurry. */
const hurried = ({ deadlineMs, killAtMs, killed }: ProcessState, { spec, nowMs }: StepContext): Pick<ProcessState, 'deadlineMs' | 'killAtMs'> => {
  if (deadlineMs === null || killed) return { deadlineMs, killAtMs };
  if (killAtMs === null) return { deadlineMs: Math.min(deadlineMs, nowMs + spec.stopWaitMs), killAtMs };
  return { deadlineMs: Math.min(deadlineMs, nowMs + spec.stopWaitMs / 2), killAtMs: Math.min(killAtMs, nowMs + spec.stopWaitMs) };
};

const stopNewborn = (state: ProcessState, event: Spawned, context: StepContext): StepResult => {
  const stop = sendStopSignal({ ...state, pid: event.pid, lastPid: event.pid, startedAtMs: event.atMs }, context);
  const log = notice('info', `spawned: '${context.spec.name}' with pid ${event.pid}`);
  return { state: stop.state, effects: [log, ...stop.effects] };
};

/** The stop signal went to a main process that had ended already. */
const stopFollowed = (state: ProcessState, pid: number, context: StepContext): StepResult => {
  const moved = moveTo(state, pid, context);
  const stop = sendStopSignal(moved.state, context);
  return { state: stop.state, effects: [...moved.effects, ...stop.effects] };
};

const stopUnborn = (state: ProcessState, event: SpawnFailed, context: StepContext): StepResult => {
  const exit = { code: event.exitCode, signal: null, coreDumped: false };
  const refused = { ...state, stoppedAtMs: context.nowMs, exit, spawnError: event.reason };
  return finishStop(refused, context, [notStarted(event, context)]);
};

const mainEnded = (state: ProcessState, event: Exited, context: StepContext): StepResult => {
  const { spec, nowMs } = context;
  const text = `stopped: ${spec.name} (${describeExit(event.status)})`;
  const log = notice(isExpectedExit(event.status, spec) ? 'info' : 'warn', text);
  const ended: ProcessState = { ...state, pid: 0, stoppedAtMs: event.atMs, exit: event.status };
  if (isOver(spec.stopScopes.kill, event)) return finishStop(ended, context, [log, { type: 'release', run: state.run }]);
  if (isOver(spec.stopScopes.wait, event) && !state.killed) {
    const rest = tellRest(ended, event.left, context);
    return { state: rest.state, effects: [log, ...rest.effects] };
  }
  const deadlineMs = state.killAtMs ?? state.deadlineMs ?? nowMs + spec.stopWaitMs;
  const asked = spec.stopScopes.later === undefined || state.killed ? [] : askOthers(state, event, context);
  return { state: { ...ended, lingering: true, deadlineMs, killAtMs: null }, effects: [log, ...asked] };
};

/** The main process has ended, what is waited for has not: whatever has not had the stop signal has it now, once. */
const askOthers = (state: ProcessState, { left }: Exited, context: StepContext): readonly ProcessEffect[] => {
  const { signal, wait } = context.spec.stopScopes;
  const hasGroupHeard = signal !== 'process' || state.killAtMs === null;
  if (hasGroupHeard && wait !== 'tree') return [];
  const what = left === undefined ? '' : `: ${describeLeft(left)}`;
  return [notice('info', `stopping what is left of ${context.spec.name}${what}`), stopSignalTo(state.run, hasGroupHeard ? 'strays' : wait, context)];
};

/** While it was waited for; strays may be left, of which the stop does or does not wait for. */
const groupEnded = (state: ProcessState, { left }: GroupEnded, context: StepContext): StepResult => {
  const { wait, kill } = context.spec.stopScopes;
  if (isOver(kill, { groupEnded: true, ...(left && { left }) })) return finishStop(state, context, [{ type: 'release', run: state.run }]);
  return wait === 'group' && !state.killed ? tellRest(state, left, context) : ignored(state);
};
