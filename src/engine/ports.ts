/** What the engine acts through, and what it starts from. Handed in by main; tests hand in others. */
import type { Result } from '../base/result.ts';
import type { NoticeLevel } from '../process/types.ts';
import type { ProcessSpec } from '../config/model/model.ts';
import type { Clock, Kernel, RunStreams, SpawnRequest } from '../kernel/kernel.ts';
import type { Plan } from '../world/plan.ts';
import type { World } from '../world/types.ts';
import type { BlackBox } from './black-box.ts';
import type { BaseEnvironment } from './environment.ts';
import type { ReadPidFile } from './features/pid-files.ts';
import type { FoundLimits, Terminals } from './spawn.ts';

/** Captured output on its way out. */
export type OutputPort = {
  /** A run's pipes are here: read them from now on. `pid`: of its main process. */
  readonly attach: (index: number, run: number, spec: ProcessSpec, streams: RunStreams, pid: number) => void;
  /** The run is over: read its pipes to their end and close them, then call back. */
  readonly finish: (run: number, whenDone: () => void) => void;
  /** `about`: the full name of the program whose line it is. Lines about a program that repeat are summed up. */
  readonly notice: (level: NoticeLevel, text: string, about?: string) => void;
  /** Says what has been held back about these programs; their next lines are no repetition. Null: all programs. */
  readonly sumUp: (names: readonly string[] | null) => void;
  /** Nobody writes any more: read every pipe to its end, write out everything, then call back. Whoever does not read the
   *  container's output is given until the instant `untilMs`; then the call back comes while notices can still be written. */
  readonly drain: (untilMs: number, whenDone: () => void) => void;
  /** Closes and opens all log files. */
  readonly reopen: () => void;
  /** Processes have other indices now; those that are not named are gone. */
  readonly renumber: (moved: ReadonlyMap<number, number>) => void;
};

/** Where programs say how they are, those that are configured to. */
export type NotificationPort = {
  /** What the run finds in NOTIFY_SOCKET; null: it is to say nothing. `owner`: who the program runs as. */
  readonly open: (run: number, spec: ProcessSpec, owner: SpawnRequest['user']) => string | null;
  /** The pipe on which the run says that it is ready; becomes the port's. */
  readonly attach: (run: number, fd: number) => void;
  /** The run is over. */
  readonly close: (run: number) => void;
};

/** Control groups of programs that are to have one, and what the kernel kills for want of memory. */
export type ConfinementPort = {
  /** The file of its group's members, or why it cannot have one; null: it needs none. */
  readonly enter: (spec: ProcessSpec) => Result<string, string> | null;
  /** It runs, newly or for a successor. */
  readonly follow: (spec: ProcessSpec) => void;
  /** Nothing of it is to live any more. */
  readonly clear: (spec: ProcessSpec) => void;
  /** A process of it has just been killed: was that for want of memory? */
  readonly wasOutOfMemory: (spec: ProcessSpec) => boolean;
};

/** Where the plan comes from. */
export type ConfigurationPort = {
  /** Reads the configuration again; null when it is bad, which has been said then. A good one is kept for a successor. */
  readonly readNext: () => Plan | null;
  /** What readNext() gave will not take over. */
  readonly abandonNext: () => void;
  /** The plan that readNext() gave counts from now on; the black box says so already. */
  readonly changed: (plan: Plan) => void;
  /** The last thing before the exit. */
  readonly ending: (world: World, code: number) => void;
};

/** Numbered slots that outlive the supervisor; a write happens at once or not at all. */
export type MemoryPort = {
  readonly write: (slot: number, bytes: Uint8Array) => void;
  /** Empty when nothing was written. */
  readonly read: (slot: number) => Uint8Array;
  /** Prepares slots that count all together from switchToNext() on. */
  readonly writeNext: (slot: number, bytes: Uint8Array) => void;
  readonly switchToNext: () => void;
};

export type EnginePorts = {
  readonly kernel: Kernel;
  readonly clock: Clock;
  readonly output: OutputPort;
  readonly blackBox: BlackBox;
  readonly configuration: ConfigurationPort;
  readonly notifications: NotificationPort;
  readonly confinement: ConfinementPort;
  readonly readPidFile: ReadPidFile;
};

export type EngineStart = {
  readonly plan: Plan;
  readonly world: World;
  /** A successor's: the plan that was about to take over. */
  readonly next?: Plan | null;
  readonly environment: BaseEnvironment;
  readonly hasTerminal: boolean;
  /** Programs' limits as init found them. */
  readonly limits: FoundLimits;
  /** The highest number of a task that init has been asked for; 0: none. */
  readonly lastTaskRun: number;
  readonly terminals: Terminals;
};
