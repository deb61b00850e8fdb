/**
 * The only door to processes: what can be asked of init, and what it tells. Three bodies: the real one (link.ts),
 * a simulated one for tests, a recording one. Nothing here decides anything.
 */

/** The main process, its process group, or all that came from it, wherever it went. */
/** groupRest, treeRest: without the main process; strays: the tree without the process group. */
export type SignalScope = 'process' | 'group' | 'tree' | 'groupRest' | 'treeRest' | 'strays';

/** One of those that live on after the main process that they came from. The name is whatever the process says it is. A stray lives outside
 *  of the process group; as long as there are any, one of them is told. */
export type LeftProcess = { readonly pid: number; readonly name: string; readonly isStray: boolean };

/** What a sweep found, and the run it came from; 0: none that is known. */
export type Leftover = { readonly pid: number; readonly name: string; readonly run: number; readonly wasKilled: boolean };

/** What to do about a standard stream of a program. */
export type StreamKind = 'null' | 'pipe' | 'inherit';

/** `port` null: `address` is a path, or an abstract name behind an @; else an address of IPv4 or IPv6, or * for all. */
export type ListenRequest = {
  readonly address: string;
  readonly port: number | null;
  readonly backlog: number;
  /** A unix socket that takes datagrams in place of connections. */
  readonly isDatagram?: boolean;
  readonly mode: number;
  readonly owner: { readonly uid: number; readonly gid: number } | null;
};

/** What a process is given beyond the usual; absent: as init itself has it. */
export type SpawnAttributes = {
  readonly nice?: number | null;
  readonly oomScore?: number | null;
  readonly noNewPrivileges?: boolean;
  /** Only these bits are left. */
  readonly keptCapabilities?: bigint | null;
  readonly processors?: readonly number[] | null;
  /** class << 13 | level. */
  readonly ioPriority?: number | null;
  readonly parentDeathSignal?: number | null;
  readonly root?: string | null;
  /** A terminal of its own in the place of all three streams: what it says comes as stdout, what it is told goes to stdin. */
  readonly hasTerminal?: boolean;
  /** The cgroup.procs of the control group that it is to be in. */
  readonly controlGroup?: string | null;
};

export type ProcessUser = { readonly uid: number; readonly gid: number; readonly groups: readonly number[] };

/** A whole spawn request: leans on nothing that a living supervisor holds. */
export type SpawnRequest = {
  readonly run: number;
  readonly argv: readonly string[];
  /** `KEY=value` bytes as they go to the program. */
  readonly environment: readonly Uint8Array[];
  readonly directory: string | null;
  readonly user: ProcessUser | null;
  readonly umask: number | null;
  /** Resource by Linux's number. */
  readonly limits: readonly { readonly resource: number; readonly soft: number; readonly hard: number }[];
  readonly attributes?: SpawnAttributes;
  readonly stdin: StreamKind;
  /** A listening socket in the place of stdin, shared by all runs that name the same address. */
  readonly listen?: ListenRequest | null;
  /** A connection to it in the place of stdin and stdout: taken from those that wait, without waiting for one. */
  readonly accept?: ListenRequest | null;
  /** From descriptor 3 up, in this order; LISTEN_PID of the environment becomes the process's own. */
  readonly sockets?: readonly ListenRequest[];
  readonly stdout: StreamKind;
  readonly stderr: StreamKind | 'stdout';
  /** The writing end of a pipe of its own lies there: what is said on it comes as stream `ready`. */
  readonly readyDescriptor?: number | null;
  /** Variables of `environment` whose value, of 11 bytes at least, is to be its process id. */
  readonly pidVariables?: readonly string[];
  /** What degraded mode does to stop it. */
  readonly stop: { readonly signal: number; readonly waitMs: number; readonly scope: SignalScope };
};

/** Our ends of a run's pipes; null where there is none. Non-blocking; closing them is the receiver's job. */
export type RunStreams = { readonly stdin: number | null; readonly stdout: number | null; readonly stderr: number | null; readonly ready?: number };

export type Usage = { readonly userUs: number; readonly systemUs: number; readonly maxRssKib: number };

/** `outOfMemory`: not init's to know, added by who does. */
export type WaitStatus = { readonly code: number; readonly signal: number | null; readonly coreDumped: boolean; readonly outOfMemory?: boolean };

export type Victim = { readonly pid: number; readonly name: string };

export type KernelEvent =
  | { readonly type: 'spawned'; readonly run: number; readonly pid: number; readonly atMs: number; readonly streams: RunStreams }
  /** `exitCode`: what a shell would exit with, 126 or 127. */
  | { readonly type: 'spawnFailed'; readonly run: number; readonly reason: string; readonly exitCode: number; readonly peerReason?: string }
  | {
      readonly type: 'exited';
      readonly run: number;
      readonly pid: number;
      readonly status: WaitStatus;
      readonly groupEnded: boolean;
      readonly left?: LeftProcess;
      readonly atMs: number;
      readonly usage: Usage;
    }
  | { readonly type: 'groupEnded'; readonly run: number; readonly left?: LeftProcess }
  /** There were strays, and now nothing that came from the run is left. */
  | { readonly type: 'treeEnded'; readonly run: number }
  /** Answer to follow(); pid 0: refused. */
  | { readonly type: 'followed'; readonly run: number; readonly pid: number }
  /** What a KILL of the group or the tree has reached beside the main process: how many, and the first of them. */
  | { readonly type: 'killed'; readonly run: number; readonly count: number; readonly named: readonly Victim[] }
  | { readonly type: 'signalReceived'; readonly signal: number; readonly senderPid: number; readonly senderUid: number }
  /** `found`: how many when it began; `left`: the first of them. */
  | { readonly type: 'swept'; readonly killed: number; readonly found?: number; readonly left?: readonly Leftover[] };

/** What became of one of the sockets that init was asked to hold. `number` and `index`: of that request. The descriptor is the receiver's to close. */
export type Listening = { readonly number: number; readonly index: number; readonly errno: number; readonly fd: number | null };

/** What init knows of a run when a successor takes over. */
export type KnownRun = {
  readonly run: number;
  readonly pid: number;
  readonly running: boolean;
  readonly groupEnded: boolean;
  readonly hasStrays?: boolean;
  /** Not executed yet: spawned, with its streams, or spawnFailed follows. */
  readonly isLaunching?: boolean;
  readonly status: WaitStatus;
  readonly startedAtMs: number;
  readonly exitedAtMs: number;
  readonly streams: RunStreams;
};

export type Hello = {
  readonly initPid: number;
  readonly isPid1: boolean;
  readonly isTakeover: boolean;
  readonly hasTerminal: boolean;
  /** Supervisors before this one. */
  readonly starts: number;
  /** The original environment, one entry each, undecoded. */
  readonly environment: readonly Uint8Array[];
  /** RLIMIT_NOFILE as found; infinity is Infinity. */
  readonly files: { readonly soft: number; readonly hard: number };
  /** The highest run number that a supervisor has asked for, of programs and of tasks; 0: none. Numbers up to it are used up. */
  readonly lastRun: number;
  readonly lastTaskRun: number;
  readonly runs: readonly KnownRun[];
};

export type Kernel = {
  readonly ready: () => void;
  readonly spawn: (request: SpawnRequest) => void;
  /** Such a request is granted after become() as well. */
  readonly allow: (request: SpawnRequest) => void;
  /** We have become that user, once and for all; whoever succeeds us is started as it, and init does for us what that user may, and what was
   *  allowed. `withInit`: init becomes it, too. */
  readonly become: (user: ProcessUser, withInit: boolean) => void;
  /** Ends a run that has not been executed yet; spawnFailed follows. Does nothing to others. */
  readonly cancel: (run: number) => void;
  /** `wakes`: CONT behind it, for a stopped process hears nothing else. */
  readonly kill: (run: number, signal: number, scope: SignalScope, wakes?: boolean) => void;
  /** The process that the run's pid file names; followed() answers. init judges whether it came from the run. */
  readonly follow: (run: number, pid: number) => void;
  /** To the processes of their process groups that catch it. */
  readonly forward: (signal: number, runs: readonly number[]) => void;
  /** By which degraded mode is to stop everything. */
  readonly stopSignals: (signals: readonly number[]) => void;
  readonly release: (run: number) => void;
  readonly sweep: (graceMs: number) => void;
  /** A stop of everything is under way: degraded mode goes on with it should we die. */
  readonly stopping: () => void;
  /** `leavesOthers`: whatever still lives is not ended by us. */
  readonly exit: (code: number, leavesOthers?: boolean) => void;
  /** Sends what was asked for since the last call, in one piece: once at the end of a turn. */
  readonly flush: () => void;
};

/** What the holder of init's socket is told. */
export type KernelListener = {
  /** Once, before any event: who init is and, at a takeover, what runs. */
  readonly onHello: (hello: Hello) => void;
  readonly onEvent: (event: KernelEvent) => void;
  /** An answer to listen(). */
  readonly onListening: (listening: Listening) => void;
  /** init is gone or speaks nonsense: there is nothing left to supervise with. */
  readonly onLost: (reason: string) => void;
};

/** Monotonic time and one-shot timers. */
export type Clock = {
  readonly nowMs: () => number;
  /** Calls back once at `atMs` or soon after; returns the way to cancel. `isPatient`: nothing is at stake when a time in which everything stood still is counted, so that
   *  no look is taken at that (active-clock.ts). */
  readonly at: (atMs: number, callback: () => void, isPatient?: boolean) => () => void;
};
