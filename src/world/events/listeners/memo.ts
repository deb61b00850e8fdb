/**
 * Pools as a successor finds them, in two parts. One is saved at each step and small: the listeners, and the events that they have. The other
 * one, the events that wait, is saved now and then, and may know events that do not wait any more: the first part tells which. Texts of events
 * are kept apart from the rest, in the order in which the rest names them.
 */
import { added, emptyQueue, oldest } from '../../../base/queue.ts';
import type { Listener, Pool, PoolEvent } from './types.ts';

/** Of one pool. */
const MOST_WAITING = 64;
const MOST_WAITING_BYTES = 131_072;
/** A larger event is kept without its text: its listener goes on, but it cannot be sent again. */
const LARGEST_IN_HAND_BYTES = 65_536;

type SavedEvent = Omit<PoolEvent, 'body'> & { readonly bytes: number };
type SavedListener = Omit<Listener, 'event' | 'isRunning'> & { readonly event: SavedEvent | null; readonly hasText: boolean };

export type SavedPool = {
  readonly name: string;
  readonly nextSerial: number;
  /** What waits, and from which number on. */
  readonly waiting: number;
  readonly firstWaiting: number;
  readonly listeners: readonly SavedListener[];
};

export type Saving<T> = { readonly saved: T; readonly bodies: readonly Uint8Array[] };

/** Gives the next so many bytes of what was saved beside. */
export type NextBytes = (bytes: number) => Uint8Array;

/** Number of the oldest event that waits; what waits next when none does. */
export const firstWaiting = ({ waiting, nextSerial }: Pool): number => oldest(waiting, 1)[0]?.poolSerial ?? nextSerial;

export const savePool = (pool: Pool): Saving<SavedPool> => {
  const bodies: Uint8Array[] = [];
  const listeners = pool.listeners.map(({ event, isRunning: _isRunning, ...listener }) => {
    const hasText = event !== null && event.body.length <= LARGEST_IN_HAND_BYTES;
    if (hasText) bodies.push(event.body);
    return { ...listener, event: event === null ? null : savedEvent(event), hasText };
  });
  return { saved: { name: pool.name, nextSerial: pool.nextSerial, waiting: pool.waiting.size, firstWaiting: firstWaiting(pool), listeners }, bodies };
};

/** The first ones, as many as fit. */
export const saveWaiting = ({ waiting }: Pool): Saving<readonly SavedEvent[]> => {
  const events = oldest(waiting, MOST_WAITING);
  let bytes = 0;
  const end = events.findIndex(({ body }) => (bytes += body.length) > MOST_WAITING_BYTES);
  const kept = end < 0 ? events : events.slice(0, end);
  return { saved: kept.map(savedEvent), bodies: kept.map(({ body }) => body) };
};

const savedEvent = ({ body, ...event }: PoolEvent): SavedEvent => ({ ...event, bytes: body.length });

export const loadEvents = (saved: readonly SavedEvent[], next: NextBytes): readonly PoolEvent[] => saved.map((event) => loadedEvent(event, next));

const loadedEvent = ({ bytes, ...event }: SavedEvent, next: NextBytes): PoolEvent => ({ ...event, body: next(bytes) });

export type Restored = {
  readonly pool: Pool;
  /** Events that waited and are not known any more. */
  readonly lost: number;
};

/**
 * What a successor makes of it. `isSent`: was the event that the listener has been given really written? If not it waits again; it may have
 * been in the very moment, so the listener is forgiven a second answer. Listeners hear nothing before it is known that they run.
 */
export const restorePool = (
  pool: Pool,
  saved: SavedPool,
  known: readonly PoolEvent[],
  next: NextBytes,
  isSent: (listener: { readonly name: string; readonly sends: number }) => boolean,
): Restored => {
  const unsent: PoolEvent[] = [];
  const before = new Map(saved.listeners.map((listener) => [listener.name, loadedListener(listener, next)]));
  const listeners = pool.listeners.map((fresh): Listener => {
    const listener = before.get(fresh.name);
    if (listener === undefined) return fresh;
    if (listener.state !== 'BUSY' || isSent(listener)) return listener;
    if (listener.event !== null) unsent.push(listener.event);
    return { ...listener, state: 'READY', event: null, mayAnswerTwice: true };
  });
  const inHand = new Set([...before.values()].map(({ event }) => event?.poolSerial));
  const waited = known.filter(({ poolSerial }) => poolSerial >= saved.firstWaiting && !inHand.has(poolSerial));
  const inOrder = [...unsent, ...waited].sort((one, other) => one.poolSerial - other.poolSerial);
  const waiting = inOrder.reduce(added<PoolEvent>, emptyQueue);
  // What was published last may be known from the second part alone.
  const nextSerial = inOrder.reduce((above, { poolSerial }) => Math.max(above, poolSerial + 1), saved.nextSerial);
  return { pool: { ...pool, nextSerial, waiting, listeners }, lost: Math.max(0, saved.waiting - waited.length) };
};

const loadedListener = ({ event, hasText, ...listener }: SavedListener, next: NextBytes): Listener => ({
  ...listener,
  isRunning: false,
  event: event !== null && hasText ? loadedEvent(event, next) : null,
});
