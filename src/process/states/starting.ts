/** STARTING: spawn asked for (pid 0), or answered and inside the start window. */
import { assertNever } from '../../base/assert-never.ts';
import { failAlive } from '../dependency-failure.ts';
import { exitFromRunning, exitTooQuickly } from '../exit.ts';
import type { Exited } from '../exit.ts';
import { failStart, notStarted } from '../failure.ts';
import { moveTo } from '../follow.ts';
import { becomeReady, survivedWindow } from '../readiness.ts';
import { endUnhealthy } from '../health.ts';
import { ignored, isDue, notice, quietly } from '../result.ts';
import { sendSignal } from '../signal.ts';
import { enterStopping } from '../stop.ts';
import type { ProcessEvent, ProcessState, StepContext, StepResult } from '../types.ts';

export const stepStarting = (state: ProcessState, event: ProcessEvent, context: StepContext): StepResult => {
  switch (event.type) {
    case 'startRequested':
      return ignored(state);
    case 'holdRequested':
      return ignored(state);
    case 'dependencyFailed':
      return failAlive(state, event.name, context);
    case 'readinessReported':
      return becomeReady(state, context);
    case 'unhealthy':
      return endUnhealthy(state, event, context);
    case 'stopRequested':
      return enterStopping(state, context);
    case 'signalRequested':
      return sendSignal(state, event.signal, context);
    case 'spawned':
      return state.pid === 0 ? beginWindow(state, event, context) : ignored(state);
    case 'spawnFailed':
      return state.pid === 0 ? refuseSpawn(state, event, context) : ignored(state);
    case 'exited':
      return event.atMs - state.startedAtMs < context.spec.startMs ? exitTooQuickly(state, event, context) : exitUnseen(state, event, context);
    case 'followed':
      return moveTo(state, event.pid, context);
    case 'groupEnded':
    case 'treeEnded':
      return ignored(state);
    case 'deadlineReached':
      return isDue(state, context.nowMs) ? succeed(state, context, []) : ignored(state);
    case 'shutdownBegun':
      return quietly({ ...state, wish: 'down' });
    default:
      return assertNever(event);
  }
};

type Spawned = Extract<ProcessEvent, { type: 'spawned' }>;
type SpawnFailed = Extract<ProcessEvent, { type: 'spawnFailed' }>;

const beginWindow = (state: ProcessState, event: Spawned, context: StepContext): StepResult => {
  const { spec } = context;
  const log = notice('info', `spawned: '${spec.name}' with pid ${event.pid}`);
  const started: ProcessState = { ...state, pid: event.pid, lastPid: event.pid, startedAtMs: event.atMs, deadlineMs: event.atMs + spec.startMs };
  return spec.startMs === 0 ? succeed(started, context, [log]) : { state: started, effects: [log] };
};

const succeed = (state: ProcessState, context: StepContext, before: StepResult['effects']): StepResult => {
  return { state: survivedWindow(state, context), effects: [...before, notice('info', runningText(context))] };
};

const runningText = ({ spec, speaksLikeSupervisord = false }: StepContext): string => {
  const seconds = spec.startMs / 1000;
  if (spec.service.isOneshot) return `running: ${spec.name}, a oneshot: to its end`;
  if (speaksLikeSupervisord) return `success: ${spec.name} entered RUNNING state, process has stayed up for > than ${seconds} seconds (startsecs)`;
  return seconds === 0 ? `running: ${spec.name}` : `running: ${spec.name}, up for ${seconds} s (startsecs)`;
};

/** Had survived the window before anybody looked: RUNNING for an instant. */
const exitUnseen = (state: ProcessState, event: Exited, context: StepContext): StepResult => {
  const running = survivedWindow(state, context);
  const { passed = [], ...result } = exitFromRunning(running, event, context);
  return { ...result, passed: [running, ...passed] };
};

const refuseSpawn = (state: ProcessState, event: SpawnFailed, context: StepContext): StepResult => {
  const exit = { code: event.exitCode, signal: null, coreDumped: false };
  const effects = [notStarted(event, context)];
  return failStart(state, { spawnError: event.reason, exit, atMs: context.nowMs, effects }, context);
};
