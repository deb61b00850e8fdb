/**
 * Event listeners in pools, as supervisord has them: what is known of each pool and of each of its processes, what can happen to a
 * pool, and what it asks for. Data only.
 */
import type { Queue } from '../../../base/queue.ts';
import type { EventType } from '../../../config/values/event-types.ts';
import type { NoticeLevel } from '../../../process/types.ts';

/** An event on its way to a pool. Both numbers stay when it has to be sent again. */
export type PoolEvent = {
  readonly serial: number;
  readonly poolSerial: number;
  readonly name: EventType;
  /** The payload, and how many characters it has. */
  readonly body: Uint8Array;
  readonly characters: number;
};

/** ACKNOWLEDGED: not ready for the next one yet. BUSY: has an event. UNKNOWN: broke the protocol, hears nothing more in this run. */
export type ListenerState = 'ACKNOWLEDGED' | 'READY' | 'BUSY' | 'UNKNOWN';

/** An answer that is coming in: its announced length, how much of it is there, and its beginning, which is all that counts. */
export type Answer = { readonly length: number; readonly received: number; readonly head: string };

export type Listener = {
  /** Of the process, without its group. */
  readonly name: string;
  /** 0: there has been none. */
  readonly run: number;
  /** Is the process RUNNING? Only then events are sent. */
  readonly isRunning: boolean;
  readonly state: ListenerState;
  /** What it has said and what is no whole word yet. */
  readonly input: string;
  readonly answer: Answer | null;
  /** BUSY: the event that it has. */
  readonly event: PoolEvent | null;
  /** Events that it has been given, in all its runs. */
  readonly sends: number;
  /** The piece of its output that it has been heard of last: a successor may find the same piece again. */
  readonly heard: number;
  /** Its standard input is closed: nothing more can be sent to this run. */
  readonly isDeaf: boolean;
  /** After a takeover that fell into a write: it may have been given an event twice and so answer twice. */
  readonly mayAnswerTwice: boolean;
};

export type Pool = {
  readonly name: string;
  readonly wanted: readonly EventType[];
  /** Events that may wait. */
  readonly limit: number;
  readonly nextSerial: number;
  readonly waiting: Queue<PoolEvent>;
  readonly listeners: readonly Listener[];
};

export type PoolInput =
  | { readonly type: 'published'; readonly serial: number; readonly name: EventType; readonly body: Uint8Array; readonly characters: number }
  /** From a run's standard output; one byte is one character of `text`. No two pieces have the same number. */
  | { readonly type: 'heard'; readonly listener: string; readonly run: number; readonly text: string; readonly piece: number }
  /** A process of the pool has another state. */
  | { readonly type: 'changed'; readonly listener: string; readonly run: number; readonly isRunning: boolean; readonly isAlive: boolean }
  /** An event could not be written. */
  | { readonly type: 'refused'; readonly listener: string; readonly run: number };

export type PoolEffect =
  | { readonly type: 'send'; readonly listener: string; readonly run: number; readonly sends: number; readonly event: PoolEvent }
  /** The event with that number made room for another. */
  | { readonly type: 'lost'; readonly serial: number }
  | { readonly type: 'notice'; readonly level: NoticeLevel; readonly text: string };

export type PoolResult = { readonly pool: Pool; readonly effects: readonly PoolEffect[] };
