/**
 * Pools as a successor finds them: all of each listener, and of the waiting events as many as fit. Bytes of events are kept apart from the
 * rest, in the order in which the rest names them.
 */
import { added, emptyQueue, listed } from '../../base/queue.ts';
import type { Listener, Pool, PoolEvent } from './types.ts';

/** Of one pool: saving it must stay cheap, it happens at each step. */
const MOST_WAITING = 64;
const MOST_WAITING_BYTES = 131_072;
/** Larger ones are kept without their text: their listener goes on, but they cannot be sent again. */
const LARGEST_IN_HAND_BYTES = 131_072;

type SavedEvent = Omit<PoolEvent, 'body'> & { readonly bytes: number };
type SavedListener = Omit<Listener, 'event' | 'isRunning'> & { readonly event: SavedEvent | null; readonly hasText: boolean };

export type SavedPool = {
  readonly name: string;
  readonly nextSerial: number;
  readonly waiting: readonly SavedEvent[];
  /** Waiting events that are not among them. */
  readonly left: number;
  readonly listeners: readonly SavedListener[];
};

export const savePool = (pool: Pool): { readonly saved: SavedPool; readonly bodies: readonly Uint8Array[] } => {
  const kept = pool.waiting.size === 0 ? [] : fitting(listed(pool.waiting));
  const bodies = kept.map(({ body }) => body);
  const listeners = pool.listeners.map(({ event, isRunning: _, ...listener }) => {
    const hasText = event !== null && event.body.length <= LARGEST_IN_HAND_BYTES;
    if (hasText) bodies.push(event.body);
    return { ...listener, event: event === null ? null : savedEvent(event), hasText };
  });
  const { name, nextSerial } = pool;
  return { saved: { name, nextSerial, waiting: kept.map(savedEvent), left: pool.waiting.size - kept.length, listeners }, bodies };
};

const fitting = (events: readonly PoolEvent[]): readonly PoolEvent[] => {
  let bytes = 0;
  const end = events.findIndex(({ body }, index) => index === MOST_WAITING || (bytes += body.length) > MOST_WAITING_BYTES);
  return end < 0 ? events : events.slice(0, end);
};

const savedEvent = ({ body, ...event }: PoolEvent): SavedEvent => ({ ...event, bytes: body.length });

/**
 * What a successor makes of it. `next` gives the next so many bytes. `isSent`: was the event that the listener has been given
 * really written? If not it waits again; it may have been in the very moment, so the listener is forgiven a second answer.
 * Listeners hear nothing before it is known that they run.
 */
export const restorePool = (
  pool: Pool,
  saved: SavedPool,
  next: (bytes: number) => Uint8Array,
  isSent: (listener: { readonly name: string; readonly sends: number }) => boolean,
): Pool => {
  let { waiting } = pool;
  for (const event of saved.waiting) waiting = added(waiting, loadedEvent(event, next));
  const unsent: PoolEvent[] = [];
  const byName = new Map(
    saved.listeners.map(({ event, hasText, ...listener }) => [
      listener.name,
      { ...listener, event: event === null ? null : hasText ? loadedEvent(event, next) : null },
    ]),
  );
  const listeners = pool.listeners.map((fresh): Listener => {
    const listener = byName.get(fresh.name);
    if (listener === undefined) return fresh;
    if (listener.state !== 'BUSY' || isSent(listener)) return { ...listener, isRunning: false };
    if (listener.event !== null) unsent.push(listener.event);
    return { ...listener, isRunning: false, state: 'READY', event: null, mayAnswerTwice: true };
  });
  const inOrder = [...unsent, ...listed(waiting)].sort((one, other) => one.poolSerial - other.poolSerial);
  return { ...pool, nextSerial: saved.nextSerial, waiting: inOrder.reduce(added<PoolEvent>, emptyQueue), listeners };
};

const loadedEvent = ({ bytes, ...event }: SavedEvent, next: (bytes: number) => Uint8Array): PoolEvent => ({ ...event, body: next(bytes) });
