/**
 * All processes together: the world's state, what can happen to it, and what it can ask for. Processes are addressed
 * by their index in the plan, runs by number. All times are monotonic milliseconds.
 */
import type { ProcessSpec, SignalNumber } from '../config/model/model.ts';
import type { LeftBehind, Leftover } from './stop/leftovers.ts';
import type { NoticeLevel, ProcessEffect, ProcessEvent, ProcessState, StateChange } from '../process/types.ts';

/**
 * running: programs start, end and restart. unready: everything is going to be stopped, and says so already; nothing starts any more. stopping: wave after wave is stopped, nothing starts any more.
 * sweeping: leftovers of the programs are being ended. draining: nobody is left, output is being written out.
 * ended: the exit has been asked for. reloading: as running, but some processes are being stopped, wave after wave; then
 * another plan takes over. restarting: the same with all processes.
 */
export type Phase = 'running' | 'reloading' | 'restarting' | 'unready' | 'stopping' | 'sweeping' | 'draining' | 'ended';

/** Why everything is stopped, since when, and what that means for the exit code. */
export type Decision =
  /** Somebody asked for it; the code is made of how the programs end (exit-policy.ts). Null: a predecessor that did not say. */
  | { readonly cause: 'requested'; readonly atMs: number; readonly by: Requester | null }
  /** The exit policy, start_timeout, crash_budget: `index` is the process that decided, -1 when there is none to name; `rule` the option. */
  | {
      readonly cause: OwnCause;
      readonly atMs: number;
      readonly index: number;
      readonly code: number;
      readonly rule: string;
      /** How many processes had to be ended after all programs, once that is known; not in the memo. */
      readonly left?: number;
    };

export type OwnCause = 'policy' | 'startTimeout' | 'crashBudget';

/** Who sent a signal: a process of this container, the kernel (0), or somebody outside (-1). */
export type Sender = { readonly pid: number; readonly uid: number };

/** Who wanted everything to be stopped. */
export type Requester =
  | ({ readonly kind: 'signal'; readonly signal: SignalNumber } & Sender)
  /** Of a control interface. */
  | { readonly kind: 'client'; readonly name: string };

export type World = {
  readonly phase: Phase;
  /** By index in the plan. */
  readonly states: readonly ProcessState[];
  /** Number for the next run of any process. */
  readonly nextRun: number;
  /** Null while running. */
  readonly decision: Decision | null;
  /** stopping: the wave of the plan that is being stopped. */
  readonly wave: number;
  /** The world's own timer: the end of drain_delay, repeated "waiting for" lines, the end of patience. */
  readonly deadlineMs: number | null;
  /** reloading, restarting: the processes that the next plan does not go on with. Not in the memo: a successor works it out again. */
  readonly leaving: readonly number[];
  /** During a stop of everything: what had to be killed, and after the sweep what it found. Not in the memo: a successor's sweep finds nothing any more. */
  readonly left?: readonly LeftBehind[];
  /** When everything that is wanted has to be up; null: it is, or there is no limit. */
  readonly startDeadlineMs: number | null;
  /** Failures of all programs since `crashesSinceMs`, where they are counted. */
  readonly crashes: number;
  readonly crashesSinceMs: number;
};

/** `signal` goes to the main process alone. */
export type Command =
  | { readonly verb: 'start' | 'stop' | 'restart'; readonly targets: readonly number[] }
  | { readonly verb: 'signal'; readonly signal: SignalNumber; readonly targets: readonly number[] };

export type WorldEvent =
  /** Once, at the first start: everything with autostart is started. Not at a takeover. */
  | { readonly type: 'startUp' }
  /** After a takeover's events: asks again for what the phase is waiting for. */
  | { readonly type: 'resumed' }
  | { readonly type: 'process'; readonly index: number; readonly event: ProcessEvent }
  /** The time of nextDeadlineMs() has come: every timer that is due fires. */
  | { readonly type: 'timePassed' }
  | { readonly type: 'signalReceived'; readonly signal: SignalNumber; readonly hasTerminal: boolean; readonly sender?: Sender }
  | ({ readonly type: 'commandRequested' } & Command)
  /** Something outside has happened that starts these, where they are at rest. */
  | { readonly type: 'activated'; readonly targets: readonly number[]; readonly reason: string }
  /** `client`: who asked for it at a control interface. */
  | { readonly type: 'stopEverythingRequested'; readonly client?: string }
  /** Stop everything, read the configuration again, start everything. */
  | { readonly type: 'restartEverythingRequested' }
  /** Another configuration has been read and is good: stop these, then ask for the next plan. */
  | { readonly type: 'reloadBegun'; readonly leaving: readonly number[]; readonly isWhole: boolean }
  /** The world has been carried over to a new plan, in which these are new. */
  | { readonly type: 'planChanged'; readonly fresh: readonly number[] }
  | { readonly type: 'outputDrained' }
  /** What a KILL has reached of a run beside its main process: how many, and the first of them. */
  | { readonly type: 'killed'; readonly run: number; readonly count: number; readonly named: readonly { readonly pid: number; readonly name: string }[] }
  /** `left`: how many descendants there were to end; `named`: the first of them. */
  | { readonly type: 'swept'; readonly left?: number; readonly named?: readonly Leftover[] };

export type WorldEffect =
  /** spawn, signal, release and notice of the process with this index. */
  | (ProcessEffect & { readonly index: number })
  /** A notice of the world itself. */
  | { readonly type: 'notice'; readonly index: null; readonly level: NoticeLevel; readonly text: string }
  /** Send the signal to the process groups of these runs; `isCaught`: to those processes in them that catch it. */
  | { readonly type: 'forward'; readonly signal: SignalNumber; readonly runs: readonly number[]; readonly isCaught: boolean }
  /** Read the configuration again; when it is good, reloadBegun comes. `isWhole`: also what is the same stops and starts. */
  | { readonly type: 'reload'; readonly isWhole: boolean }
  /** Every leaving process is down: carry the world over to the next plan. */
  | { readonly type: 'changePlan' }
  | { readonly type: 'reopenLogs' }
  /** A stop of everything is under way: init goes on with it should the supervisor die. */
  | { readonly type: 'announceStop' }
  /** Write out all output there is, then report outputDrained. */
  | { readonly type: 'drain' }
  | { readonly type: 'sweep'; readonly graceMs: number }
  | { readonly type: 'exit'; readonly code: number };

export type WorldChange =
  /** What became of the process with this index. */
  | (StateChange & { readonly type: 'state'; readonly index: number; readonly spec: ProcessSpec })
  /** The state's name is as it was; it has got its process or become ready, or begun or ceased to wait for what it depends on. */
  | (StateChange & { readonly type: 'detail'; readonly index: number; readonly spec: ProcessSpec })
  | { readonly type: 'phase'; readonly from: Phase; readonly to: Phase };

export type WorldResult = {
  readonly world: World;
  readonly effects: readonly WorldEffect[];
  /** In the order they happened. One process may change several times in one step. */
  readonly changes: readonly WorldChange[];
};
