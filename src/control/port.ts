/**
 * All that the control interfaces may ask of the rest. Handed in by main/; tests hand in their own. Every call but reload() is done at once: what takes
 * time (a process that starts, a group that stops) shows as transitions. Control decides nothing about processes.
 */
import type { WantedTypes } from '../world/events/event-names.ts';
import type { PublicEvent } from '../world/events/public-events.ts';
import type { GroupView, ProcessView, Transition } from '../world/show/views.ts';
import type { ConfigurationView } from '../world/show/configuration-view.ts';

export type About = {
  readonly identifier: string;
  /** tsinit's own. */
  readonly version: string;
  /** Whom signals are for: init's pid as its container sees it. */
  readonly pid: number;
  readonly personality: 'tsinit' | 'supervisord';
  /** Without it clients know only system.* and tsinit.*. */
  readonly hasSupervisorMethods: boolean;
};

/** A file that may not be there at the moment, or the last bytes of a stream in memory (`total`: bytes ever). */
export type LogSource =
  /** `open` gives a descriptor for reading that does not block, and throws as Node does: it follows no link that others than root can make. */
  | { readonly kind: 'file'; readonly path: string; readonly open: () => number }
  | { readonly kind: 'memory'; readonly tail: (length: number) => { readonly bytes: Uint8Array; readonly total: number } };

export type Channel = 'stdout' | 'stderr';

/** As XML-RPC's structs have it: whole numbers or text; `code` is a signal's number. */
export type Startable = { readonly ok: true } | { readonly ok: false; readonly fault: 'NO_FILE' | 'NOT_EXECUTABLE'; readonly text: string };

export type Reread =
  | { readonly ok: true; readonly added: readonly string[]; readonly changed: readonly string[]; readonly removed: readonly string[] }
  | { readonly ok: false; readonly message: string };

export type ControlPort = {
  readonly about: () => About;
  /** `restarting`: a whole reload is under way, as supervisord does on HUP and `reload`. */
  readonly phase: () => 'running' | 'stopping' | 'restarting';
  readonly nowSeconds: () => number;
  /** In start order. */
  readonly processes: () => readonly ProcessView[];
  /** In start order. */
  readonly groups: () => readonly GroupView[];
  /** Told after every change of a state, in order; returns the way to end it. */
  readonly onTransition: (listener: (transition: Transition) => void) => () => void;
  /** Told by name when something else that processes() shows has changed: its process, readiness, or whether it waits for others. */
  readonly onDetail: (listener: (fullName: string) => void) => () => void;

  /** Is the command there to be executed? Looked up as the spawn would. */
  readonly startable: (index: number) => Startable;
  readonly start: (indices: readonly number[]) => void;
  readonly stop: (indices: readonly number[]) => void;
  /** To the main process alone, as supervisord does. `signal`: 1..64. */
  readonly signal: (indices: readonly number[], signal: number) => void;
  /** Has the program read its own configuration again. Comes when that is done, with why it is not, or null. */
  readonly reload: (index: number) => Promise<string | null>;
  /** Never blocks: what the pipe does not take is kept, up to a limit (`full`: nothing of this was kept). */
  readonly writeInput: (index: number, bytes: Uint8Array) => 'written' | 'notRunning' | 'closed' | 'full';
  /** What the processes with these process ids use, with all that belongs to each; without those that cannot be seen. */
  readonly used: (pids: readonly number[]) => ReadonlyMap<number, { readonly bytes: number; readonly cpuMs: number }>;
  /** One sentence: why the process is in the state it is in, and what would change that. */
  readonly why: (index: number) => string;

  /** What the configuration calls this log, for people to read: a path (`/dev/stdout`, an automatic one), `syslog`, or null. */
  readonly logName: (index: number, channel: Channel) => string | null;
  /** Null: this stream is not logged anywhere that can be read back. */
  readonly log: (index: number, channel: Channel) => LogSource | null;
  readonly clearLogs: (index: number) => { readonly ok: true } | { readonly ok: false; readonly message: string };
  readonly mainLog: () => LogSource | null;
  readonly clearMainLog: () => { readonly ok: true } | { readonly ok: false; readonly message: string };

  /** Reads the files again and keeps what was read for addGroup() and configurations(); nothing that runs changes. */
  readonly reread: () => Reread;
  /** `busy`, of all three: everything is being stopped, or another configuration is just being taken over. */
  readonly addGroup: (name: string) => 'added' | 'alreadyAdded' | 'unknown' | 'busy';
  /** A group as it was read last; processes that are the same in both run on. Else the full names of those that have to be stopped first. */
  readonly updateGroup: (name: string) => 'updated' | 'unknown' | 'busy' | { readonly stillRunning: readonly string[] };
  readonly removeGroup: (name: string) => 'removed' | 'unknown' | 'stillRunning' | 'busy';
  /** Of the configuration read last. */
  readonly configurations: () => readonly ConfigurationView[];

  readonly publish: (event: PublicEvent) => void;
  /** Hears what is published of the wanted types (without them everything); returns the way to end it. */
  readonly onEvent: (listener: (event: PublicEvent) => void, wanted?: WantedTypes) => () => void;

  /** Stop everything and exit, by the configured policy. `client`: who asked for it, for people. */
  readonly shutdown: (client: string) => void;
  /** Stop everything, read the configuration again, start everything. */
  readonly restart: () => void;
  /** A line in the supervisor's own log. */
  readonly notice: (level: 'critical' | 'error' | 'warn' | 'info' | 'debug', text: string) => void;
};
