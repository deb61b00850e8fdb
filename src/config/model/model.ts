/**
 * The frozen, validated configuration: what the rest of tsinit knows of a file. Every value is typed, expanded and
 * in range; durations are milliseconds, sizes bytes. Nothing here refers to text, lines or defaults any more.
 */
import type { ControlServer } from './server-model.ts';
import type { NotifierSpec } from './notifier-model.ts';
import type { LogShape } from '../log-shape.ts';
import type { DeclaredSocket, SyslogSocket } from './activation-model.ts';
import type { ServiceSettings } from './service-model.ts';
import type { EventType } from '../values/event-types.ts';
import type { ExitCodeMap } from '../values/exit-code-map.ts';
import type { Budget } from '../values/time/restart-budget.ts';

/** Where an option or a section was written: for messages. Lines count from 1. */
export type Place = { readonly file: string; readonly line: number };

/** Signal number as the kernel counts (1..64; RTMIN is 34). */
export type SignalNumber = number;

/** Which signals to the container a program is passed on: those that its processes catch, all, or these. */
export type Forwarding = 'caught' | 'all' | readonly SignalNumber[];

export type StdinKind = 'null' | 'pipe' | 'inherit';

export type Autorestart = 'always' | 'unexpected' | 'never';

/** Where a stream of a program goes. `container`: the container's own stdout or stderr, with the program's prefix. */
export type LogTarget =
  | { readonly kind: 'container'; readonly stream: 'stdout' | 'stderr' }
  | { readonly kind: 'none' }
  | { readonly kind: 'auto' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'syslog' };

export type LogSettings = {
  readonly target: LogTarget;
  /** What goes to a file (no other target has this) also goes to the container's stream of the same name. */
  readonly isAlsoShown: boolean;
  /** Rotate at this size; 0 never. */
  readonly maxBytes: number;
  readonly backups: number;
  /** Size of the capture buffer between XSUPERVISOR tokens; 0: no capture. */
  readonly captureMaxBytes: number;
  readonly eventsEnabled: boolean;
  readonly syslog: boolean;
  /** A regular expression: the first line that matches makes the run ready. */
  readonly readyPattern: string | null;
  /** Of its lines on the container's streams; null: the personality's own. */
  readonly shape: LogShape | null;
};

/** A user as the password file knows it: identity and supplementary groups, resolved when the configuration is read. */
export type UserIdentity = {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  /** tsinit was that user already when it read the configuration, and nothing was written about groups: nothing is to be changed. */
  readonly isPresent: boolean;
  /** What HOME is to be, with USER and LOGNAME; null: the three stay as tsinit has them, as under supervisord. */
  readonly home: string | null;
};

/** Soft and hard; infinity is Infinity. `resource` by Linux's number. */
export type ResourceLimit = { readonly resource: number; readonly soft: number; readonly hard: number };

/** What a program's process is given beyond user, directory, mask and streams. Null: as tsinit itself has it. */
export type ProcessAttributes = {
  readonly nice: number | null;
  readonly oomScoreAdjust: number | null;
  readonly limits: readonly ResourceLimit[];
  readonly noNewPrivileges: boolean;
  /** Bit n: capability n of Linux. Only these are left, for any user. */
  readonly capabilities: bigint | null;
  /** Processors by number. */
  readonly processors: readonly number[] | null;
  /** As the kernel has it: class << 13 | level. */
  readonly ioPriority: number | null;
  readonly parentDeathSignal: SignalNumber | null;
  readonly root: string | null;
  /** A terminal of its own in the place of all three streams. */
  readonly hasTerminal: boolean;
};

/** The main process, its process group, or everything that came from it, wherever it went. */
export type SignalScope = 'process' | 'group' | 'tree';

/** Who gets the stop signal; what a stop waits for; what KILL reaches, and what is ended with it: at least what is waited for. */
export type StopScopes = {
  readonly signal: SignalScope;
  readonly wait: SignalScope;
  readonly kill: SignalScope;
  /** Gets the stop signal too, once: at half of the time where the main process alone has had it, and when the main process has ended. Absent: nothing else does. */
  readonly later?: 'group' | 'tree';
  /** A stopped process gets CONT behind the stop signal. */
  readonly wakes?: true;
};

/** One slot of a program: what is spawned, and by which rules. `program:x` with numprocs=3 makes three. */
export type ProcessSpec = {
  /** Unique in its group; shown as `name`, or `group:name` where they differ. */
  readonly name: string;
  readonly group: string;
  /** Section it came from, without the kind: x of [program:x]. */
  readonly program: string;
  readonly place: Place;
  readonly command: string;
  /** The command's words, as a POSIX shell would split it. */
  readonly argv: readonly string[];
  /** Names the process that counts as the main process once the command has put itself into the background; gets its signals. */
  readonly pidFile: string | null;
  readonly directory: string | null;
  readonly umask: number | null;
  readonly priority: number;
  readonly autostart: boolean;
  readonly startMs: number;
  readonly startRetries: number;
  readonly autorestart: Autorestart;
  readonly exitCodes: readonly number[];
  readonly stopSignal: SignalNumber;
  readonly stopWaitMs: number;
  /** Nobody has written a stopwaitsecs: it may well be less. */
  readonly hasUsualStopWait: boolean;
  readonly stopScopes: StopScopes;
  readonly forwarding: Forwarding;
  readonly essential: boolean;
  readonly service: ServiceSettings;
  readonly user: UserIdentity | null;
  /** Added over the original environment (see `clearsEnvironment`); [supervisord] environment and env_file are merged in. */
  readonly environment: Readonly<Record<string, string>>;
  readonly clearsEnvironment: boolean;
  readonly attributes: ProcessAttributes;
  /** Null: the personality's own. */
  readonly stdin: StdinKind | null;
  readonly redirectStderr: boolean;
  readonly stdout: LogSettings;
  readonly stderr: LogSettings;
  readonly serverUrl: string | null;
};

type GroupCore = { readonly name: string; readonly priority: number; readonly processes: readonly ProcessSpec[] };

export type GroupSpec =
  | (GroupCore & { readonly kind: 'program' | 'group' })
  | (GroupCore & { readonly kind: 'fcgi'; readonly socket: FcgiSocket })
  | (GroupCore & { readonly kind: 'eventlistener'; readonly events: readonly EventType[]; readonly bufferSize: number });

export type FileOwner = { readonly uid: number; readonly gid: number };

/** The listening socket that processes of a FastCGI group find as descriptor 0. */
export type FcgiSocket =
  | {
      readonly kind: 'unix';
      readonly url: string;
      readonly path: string;
      readonly backlog: number | null;
      readonly owner: FileOwner | null;
      readonly mode: number;
    }
  | { readonly kind: 'tcp'; readonly url: string; readonly host: string; readonly port: number; readonly backlog: number | null };

export type ExitPolicy = 'never' | 'any' | 'all' | 'essential';
export type LogLevel = 'critical' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'blather';

export type SupervisorSpec = {
  readonly exitPolicy: ExitPolicy;
  readonly exitCodeMap: ExitCodeMap;
  /** A path, `none`, or null: the usual place. */
  readonly exitReport: string | null;
  /** Before the exit, what programs have left behind is ended. */
  readonly leavesNothing: boolean;
  /** Into which a stop of everything fits, from the wish to the exit; null: as long as it takes. */
  readonly stopWindowMs: number | null;
  readonly drainDelayMs: number;
  /** Each of them ends everything. */
  readonly stopSignals: readonly SignalNumber[];
  /** More than `count` failures of all programs together within `periodMs`: everything ends. */
  readonly crashBudget: Budget | null;
  /** 0: no limit. */
  readonly startTimeoutMs: number;
  /** 0: all. */
  readonly parallelStart: number;
  /** Where tsinit takes syslog messages of programs. */
  readonly syslogSockets: readonly SyslogSocket[];
  readonly logLevel: LogLevel;
  readonly logFile: string | null;
  readonly logFileMaxBytes: number;
  readonly logFileBackups: number;
  readonly pidFile: string | null;
  readonly identifier: string;
  readonly umask: number | null;
  readonly directory: string | null;
  readonly user: UserIdentity | null;
  readonly minFds: number;
  readonly minProcs: number;
  readonly noCleanup: boolean;
  readonly childLogDir: string | null;
  /** Where the sockets are on which programs say that they are ready; null: in the abstract name space. */
  readonly notifyDirectory: string | null;
  /** PEM. */
  readonly caFile: string | null;
  readonly stripAnsi: boolean;
  readonly silent: boolean;
  /** Of tsinit's own lines on stderr; null: behind its name. */
  readonly logShape: LogShape | null;
  readonly noDaemon: boolean;
};

export type Model = {
  readonly supervisor: SupervisorSpec;
  /** Start order: by priority, then name. */
  readonly groups: readonly GroupSpec[];
  /** Is any control interface configured? Decides the default exit policy. */
  readonly hasControl: boolean;
  /** To be held open, in the order of the files. */
  readonly sockets: readonly DeclaredSocket[];
  /** In the order they are to be opened. */
  readonly servers: readonly ControlServer[];
  /** Who is told of what happens. */
  readonly notifiers: readonly NotifierSpec[];
  /** Is there an [rpcinterface:supervisor]? Without it supervisord's own methods are unknown to clients. */
  readonly hasSupervisorMethods: boolean;
  /** Null but for `tsinit ci`. */
  readonly ci: CiSpec | null;
};

/** The run of a test command beside its services. */
export type CiSpec = {
  /** Whose end decides: name of its program and group. */
  readonly program: string;
  /** Where the result goes as JUnit XML. */
  readonly junit: string | null;
};

/** One problem of a configuration. `place` is null when the file itself cannot be read. */
export type Problem = {
  readonly severity: 'error' | 'warning';
  readonly place: Place | null;
  /** What is wrong, why, and what would be right: one sentence. */
  readonly message: string;
};

/** `files`: all that were read, the main one first. */
export type LoadResult =
  | { readonly ok: true; readonly model: Model; readonly warnings: readonly Problem[]; readonly files: readonly string[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** All that reading a configuration may ask of the world; passed in, so that this layer stays pure and a successor
 *  supervisor can replay what its predecessor read. */
export type ConfigWorld = {
  /** File content, or the reason why there is none. */
  readonly readFile: (path: string) => { readonly text: string } | { readonly error: string };
  /** Existing paths that match a glob, sorted by bytes. `fnmatch`: only * ? and [...] mean something, as in Python. */
  readonly glob: (pattern: string, style: 'full' | 'fnmatch') => readonly string[];
  readonly isDirectory: (path: string) => boolean;
  /** Original environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly hostName: string;
  readonly workingDirectory: string;
  readonly uid: number;
};
