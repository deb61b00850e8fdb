/** What the log path is made of and told at its start. */
import type { LogShape } from '../config/log-shape.ts';
import type { Box } from '../kernel/box/box.ts';
import type { Clock } from '../kernel/kernel.ts';
import type { Native } from '../kernel/native.ts';
import type { AutoPath } from './out/sinks.ts';
import type { StreamName } from './box/slots.ts';
import type { EventTaps, TapOptions } from './read/taps.ts';

export type LogsOptions = {
  readonly native: Native;
  readonly box: Box;
  readonly clock: Clock;
  /** The container's own. */
  readonly streams: { readonly stdout: number; readonly stderr: number };
  readonly settings: {
    /** Of the longest name: prefixes are aligned to it. */
    readonly nameWidth: number;
    /** Colours are wanted where there is a terminal (no NO_COLOR in the original environment). */
    readonly colour: boolean;
    readonly stripAnsi: boolean;
    /** Of our own lines; null: behind our name. */
    readonly ownShape?: LogShape | null;
    /** What programs say to the container's streams goes there as it is, as under supervisord. */
    readonly isRaw?: boolean;
    /** Unfinished lines of format raw are passed on after a quiet moment even where other streams go the same way. */
    readonly passesOn?: boolean;
    /** How many of the last bytes of each stream without a file are kept in memory, for who may ask; 0: none. */
    readonly recordBytes?: () => number;
    readonly syslogIdentity?: string;
  };
  /** Where automatic log files lie; without it their lines go to the container's streams. */
  readonly autoPath?: AutoPath;
  /** Hears everything that programs write (log level debug). */
  readonly repeat?: TapOptions['repeat'];
  readonly events?: EventTaps;
  /** A line of a run matched its stream's readyPattern. */
  readonly onReadyLine?: TapOptions['onReady'];
  /** A sentence for the operator; `about`: the way out that fails, through which it cannot be told. */
  readonly onProblem: (text: string, about?: StreamName | 'syslog') => void;
  /** Called between the journal's stores: crash tests only. */
  readonly onStep?: () => void;
  /** Date.now, but for tests. */
  readonly wallMs?: () => number;
  /** setImmediate, but for tests. */
  readonly defer?: (callback: () => void) => void;
};
