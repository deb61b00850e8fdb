/** One captured stream: our end of a program's pipe, and what is known of it beside its record in the black box. */
import type { Communication } from './communication.ts';
import type { FileSink } from '../out/file-sink.ts';
import type { Tap } from './taps.ts';

/** Targets below this are outboxes, with a staging area of their own each. */
export const TARGET = { STDOUT: 0, STDERR: 1, FILE: 2, NONE: 3 } as const;

/** Of streams whose lines may be dropped, whatever their target: nothing ever waits there behind what has to wait. */
const DROPPING_STAGING = 3;

/** The staging area of a stream. What goes to no outbox goes through one area of its own. */
export const stagingOf = (target: number, canDrop: boolean): number => {
  if (target >= TARGET.FILE) return TARGET.FILE;
  return canDrop ? DROPPING_STAGING : target;
};

/** Linux's default. */
const INITIAL_PIPE_BYTES = 65_536;

/** Told when all streams of a run have come to their end. */
export type Finish = { open: number; readonly done: () => void };

/**
 * idle: waits for readability. active: to be read in this turn. cooling: read a moment ago, will be read again shortly
 * without asking the kernel first. paused: where its lines go is full. ended: closed.
 */
export type CaptureState = 'idle' | 'active' | 'cooling' | 'paused' | 'ended';

export type Capture = {
  readonly slot: number;
  readonly run: number;
  readonly fd: number;
  readonly target: number;
  /** Where its bytes are read to. */
  readonly staging: number;
  /** Gets its bytes as they are, whatever the target. */
  readonly sink: FileSink | null;
  /** Who else hears it; null: nobody. */
  readonly tap: Tap | null;
  /** Capture mode; null: none. */
  readonly communication: Communication | null;
  /** Somebody waits for its words: it is never left to cool. */
  readonly isPrompt: boolean;
  /** Of the latest read: bytes that are for the log. */
  kept: number;
  state: CaptureState;
  pipeBytes: number;
  fullReads: number;
  /** How often it has been read. */
  reads: number;
  /** Its pipe would be full before cooling is over. */
  isFast: boolean;
  /** Has had an unfinished line: its carry holds a page. */
  hasCarried: boolean;
  /** Nothing more will be read; what is left is its unfinished line. */
  isAtEnd: boolean;
  /** Set once the run's process has ended: read what is there, then end. */
  finish: Finish | null;
  /** The run's group lives on: end at the end of the pipe only. */
  isKeptOpen: boolean;
  /** While finishing: bytes that may still be read; descendants that write on must not hold up the end. */
  remainingBytes: number;
};

type Beginning = Pick<Capture, 'slot' | 'run' | 'fd' | 'target' | 'staging' | 'sink' | 'tap' | 'communication' | 'isPrompt'>;

export const createCapture = (beginning: Beginning): Capture => ({
  ...beginning,
  kept: 0,
  state: 'idle',
  pipeBytes: INITIAL_PIPE_BYTES,
  fullReads: 0,
  reads: 0,
  isFast: false,
  hasCarried: false,
  isAtEnd: false,
  finish: null,
  isKeptOpen: false,
  remainingBytes: Number.POSITIVE_INFINITY,
});
