/** The state of a process of which nothing has been asked yet. */
import type { ProcessState } from './types.ts';

export const INITIAL_STATE: ProcessState = {
  name: 'STOPPED',
  wish: 'down',
  run: 0,
  pid: 0,
  lastPid: 0,
  startedAtMs: 0,
  stoppedAtMs: 0,
  failures: 0,
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
  runs: 0,
  restarts: 0,
  budgetSinceMs: 0,
};
