/**
 * One process: its states, what can happen to it, and what it can ask for. The words of supervisord for states,
 * our glossary for the rest. All times are monotonic milliseconds.
 */
import type { ProcessSpec, SignalNumber, SignalScope } from '../config/model/model.ts';

export type StateName = 'STOPPED' | 'STARTING' | 'RUNNING' | 'BACKOFF' | 'STOPPING' | 'EXITED' | 'FATAL' | 'UNKNOWN';

/** How a run ended: an exit code, or a signal (then code is -1, as supervisord reports it). */
export type ExitStatus = {
  readonly code: number;
  readonly signal: SignalNumber | null;
  readonly coreDumped: boolean;
  /** It, or a child that it tells of by its code, was killed by the kernel for want of memory. */
  readonly outOfMemory?: boolean;
};

export type AfterStop = 'nothing' | 'retry' | 'fatal';

/** The whole of what is known of one process. Data only; small enough for the black box. */
export type ProcessState = {
  readonly name: StateName;
  /** What the operator wants, apart from what is. Down from a stop request or the shutdown on: no spawn. */
  readonly wish: 'up' | 'down';
  /** Latest run, 0 before the first. Events of other runs change nothing. */
  readonly run: number;
  /** 0 when no main process lives, or the spawn has not been answered yet. */
  readonly pid: number;
  /** Main process of the latest run, also when it has ended; 0 before init has answered, and after a failed start. */
  readonly lastPid: number;
  /** Of the latest run; from the spawn request on, corrected when init answers it. */
  readonly startedAtMs: number;
  /** End of the latest run or failed spawn; 0 before the first. */
  readonly stoppedAtMs: number;
  /** Failed starts in a row. */
  readonly failures: number;
  /** When this state must be looked at again without an event; null: never. */
  readonly deadlineMs: number | null;
  /** STOPPING: the deadline is half of the time, after which the rest is asked too; this is when KILL follows. BACKOFF: when KILL follows for what
   *  the last run has left behind. Null: neither. */
  readonly killAtMs: number | null;
  /** How the latest run ended, also in BACKOFF and FATAL (cleared at each start). A failed spawn counts as an exit
   *  with the code a shell would give (126, 127). */
  readonly exit: ExitStatus | null;
  readonly spawnError: string;
  /** Main process has ended, something that came from it has not: in STOPPING the stop goes on; at rest it is being ended, so that what
   *  it held (a port) is free again, and then the next run starts, if that is wished. */
  readonly lingering: boolean;
  /** KILL has been sent. */
  readonly killed: boolean;
  /** Lives on after the latest run has ended, unsupervised: one of what is left of it. 0: nothing is known to. */
  readonly leftPid: number;
  /** The run counts as ready; of EXITED: it has done what it was there for. */
  readonly isReady: boolean;
  /** At rest, wanted, and waiting for what it depends on. */
  readonly isHeld: boolean;
  /** STOPPING for a reason of its own; once it is down, the stop counts as a failed start, or as the end of all tries. */
  readonly afterStop: AfterStop;
  /** How many runs there have been, up to 65,535. */
  readonly runs: number;
  /** Restarts since `budgetSinceMs`, where they are counted. */
  readonly restarts: number;
  readonly budgetSinceMs: number;
};

/** One of those that live on after their main process. A stray lives outside of the process group; as long as there are any, one is told. */
export type LeftProcess = { readonly pid: number; readonly name: string; readonly isStray: boolean };

export type ProcessEvent =
  | { readonly type: 'startRequested' }
  /** A start is wanted; what it depends on is not there yet. */
  | { readonly type: 'holdRequested' }
  /** What it waits for will not come. */
  | { readonly type: 'dependencyFailed'; readonly name: string }
  | { readonly type: 'stopRequested' }
  /** To the main process, where there is one. */
  | { readonly type: 'signalRequested'; readonly signal: SignalNumber }
  | { readonly type: 'spawned'; readonly run: number; readonly pid: number; readonly atMs: number }
  | { readonly type: 'spawnFailed'; readonly run: number; readonly reason: string; readonly exitCode: number; readonly isNameless?: boolean }
  | {
      readonly type: 'exited';
      readonly run: number;
      readonly status: ExitStatus;
      readonly groupEnded: boolean;
      readonly left?: LeftProcess;
      readonly atMs: number;
    }
  /** `left`: strays live on; then treeEnded is the end of all. */
  | { readonly type: 'groupEnded'; readonly run: number; readonly left?: LeftProcess }
  | { readonly type: 'treeEnded'; readonly run: number }
  /** The main process has ended; the process that the pid file names is the main process from now on. */
  | { readonly type: 'followed'; readonly run: number; readonly pid: number }
  /** By whatever `ready_on` says, but for the start window and the exit, which the state machine sees itself. */
  | { readonly type: 'readinessReported'; readonly run: number }
  /** Its health checks have failed too often. or it uses more than it may. retry: as a failed start; fatal: no more tries; stop: as on request. */
  | { readonly type: 'unhealthy'; readonly run: number; readonly reason: string; readonly outcome: 'retry' | 'fatal' | 'stop' }
  /** Sent at or after `deadlineMs`; too early it changes nothing. */
  | { readonly type: 'deadlineReached'; readonly run: number }
  /** Everything is ending: no retry, no restart from here on. */
  | { readonly type: 'shutdownBegun' };

export type NoticeLevel = 'critical' | 'error' | 'warn' | 'info' | 'debug';

/** groupRest, treeRest: all but the main process; strays: the tree without the process group. */
export type EffectScope = SignalScope | 'groupRest' | 'treeRest' | 'strays';

export type ProcessEffect =
  | { readonly type: 'spawn'; readonly run: number }
  /** `isStop`: the first of a stop sequence. `wakes`: CONT follows, for what is stopped hears nothing else. */
  | { readonly type: 'signal'; readonly run: number; readonly signal: SignalNumber; readonly scope: EffectScope; readonly isStop?: true; readonly wakes?: true }
  /** Ends the run unless it has been executed; spawnFailed follows then, spawned otherwise. */
  | { readonly type: 'cancel'; readonly run: number }
  /** The run is over, its streams may be read to their end and closed. */
  | { readonly type: 'release'; readonly run: number }
  | { readonly type: 'notice'; readonly level: NoticeLevel; readonly text: string };

/** What the step function is given beside the state. */
export type StepContext = {
  readonly spec: ProcessSpec;
  readonly nowMs: number;
  /** Number for the next run of any process, unused so far. */
  readonly nextRun: number;
  /** Notices use supervisord's sentences to the letter; otherwise tsinit's own. */
  readonly speaksLikeSupervisord?: boolean;
};

export type StepResult = {
  readonly state: ProcessState;
  readonly effects: readonly ProcessEffect[];
  /** States between the former one and this one, in order: gone through within the step, and news like any other. */
  readonly passed?: readonly ProcessState[];
};

/** One change of a state's name, or of its run. */
export type StateChange = { readonly from: ProcessState; readonly to: ProcessState };
