/**
 * The one way into STARTING. A start has a new run number; everything that belonged to the former run is forgotten,
 * except how many starts have failed in a row. The state that it starts from is passed through: it may be as new as the start.
 */
import type { ProcessEffect, ProcessState, StepContext, StepResult } from './types.ts';

/** `before`: effects that must precede the spawn. */
/** What the black box has room for. */
const MOST_RUNS = 65_535;

export const enterStarting = (state: ProcessState, context: StepContext, before: readonly ProcessEffect[] = []): StepResult => ({
  state: {
    name: 'STARTING',
    wish: 'up',
    run: context.nextRun,
    pid: 0,
    lastPid: 0,
    startedAtMs: context.nowMs,
    stoppedAtMs: state.stoppedAtMs,
    failures: state.failures,
    deadlineMs: null,
    killAtMs: null,
    exit: null,
    spawnError: '',
    lingering: false,
    killed: false,
    leftPid: 0,
    isReady: false,
    isHeld: false,
    afterStop: 'nothing',
    runs: Math.min(state.runs + 1, MOST_RUNS),
    restarts: state.restarts,
    budgetSinceMs: state.budgetSinceMs,
  },
  effects: [...before, { type: 'spawn', run: context.nextRun }],
  passed: [state],
});
