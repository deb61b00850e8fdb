/**
 * What one notifier has still to tell: collected for a moment where it says so, held to its rate, tried again when it could not be
 * delivered, bounded. One delivery at a time, so that what happened first is told first.
 */
import type { NotifierSpec } from '../../../config/model/notifier-model.ts';
import type { NoticeLevel } from '../../../process/types.ts';

/** The oldest are left out beyond it, and counted. */
export const MOST_WAITING = 1_000;
const LONGEST_RETRY_DELAY_MS = 300_000;
/** While there is little time left. */
const LAST_RETRY_DELAY_MS = 250;

/** `name` is for messages. */
export type Rules = Pick<NotifierSpec, 'name' | 'limit' | 'batchMs' | 'retries' | 'retryDelayMs'>;

export type Queue<Message> = {
  readonly waiting: readonly Message[];
  /** Had to be dropped since the last delivery began. */
  readonly leftOut: number;
  readonly delivery: Delivery<Message> | null;
  /** When the deliveries of the last period began; as many as the limit needs. */
  readonly begunAtMs: readonly number[];
  /** When waiting ones may go at the earliest. */
  readonly notBeforeMs: number;
  readonly isClosing: boolean;
};

type Delivery<Message> = {
  readonly messages: readonly Message[];
  readonly leftOut: number;
  readonly failures: number;
  /** When it is tried again; null: it is being tried. */
  readonly retryAtMs: number | null;
};

export type QueueEvent<Message> =
  | { readonly type: 'happened'; readonly message: Message }
  | { readonly type: 'delivered' }
  | { readonly type: 'failed'; readonly problem: string }
  | { readonly type: 'timePassed' }
  /** Soon there is no more time: what waits goes now, whatever the batch and the rate say. */
  | { readonly type: 'closing' };

export type QueueEffect<Message> =
  | { readonly type: 'deliver'; readonly messages: readonly Message[]; readonly leftOut: number }
  | { readonly type: 'notice'; readonly level: NoticeLevel; readonly text: string };

export type QueueResult<Message> = { readonly queue: Queue<Message>; readonly effects: readonly QueueEffect<Message>[] };

export const createQueue = <Message>(): Queue<Message> => ({
  waiting: [],
  leftOut: 0,
  delivery: null,
  begunAtMs: [],
  notBeforeMs: 0,
  isClosing: false,
});

export const stepQueue = <Message>(queue: Queue<Message>, event: QueueEvent<Message>, rules: Rules, nowMs: number): QueueResult<Message> => {
  const { queue: next, notices } = apply(queue, event, rules, nowMs);
  const { queue: begun, effects } = begin(next, rules, nowMs);
  return { queue: begun, effects: [...notices, ...effects] };
};

/** When timePassed is due; null: nothing happens by itself. */
export const queueDueMs = <Message>({ delivery, waiting, notBeforeMs }: Queue<Message>): number | null => {
  if (delivery !== null) return delivery.retryAtMs;
  return waiting.length > 0 ? notBeforeMs : null;
};

export const isQuiet = <Message>({ waiting, delivery }: Queue<Message>): boolean => waiting.length === 0 && delivery === null;

type Applied<Message> = { readonly queue: Queue<Message>; readonly notices: readonly QueueEffect<Message>[] };

const apply = <Message>(queue: Queue<Message>, event: QueueEvent<Message>, rules: Rules, nowMs: number): Applied<Message> => {
  switch (event.type) {
    case 'happened':
      return { queue: added(queue, event.message, rules, nowMs), notices: [] };
    case 'delivered':
      return { queue: { ...queue, delivery: null }, notices: [] };
    case 'failed':
      return failed(queue, event.problem, rules, nowMs);
    case 'timePassed':
      return { queue, notices: [] };
    case 'closing':
      return { queue: { ...queue, isClosing: true, delivery: withoutDelay(queue.delivery, nowMs) }, notices: [] };
  }
};

const added = <Message>(queue: Queue<Message>, message: Message, { batchMs, limit }: Rules, nowMs: number): Queue<Message> => {
  const notBeforeMs = queue.waiting.length > 0 ? queue.notBeforeMs : Math.max(nowMs + batchMs, freeAtMs(queue.begunAtMs, limit));
  const all = [...queue.waiting, message];
  const excess = Math.max(0, all.length - MOST_WAITING);
  return { ...queue, waiting: all.slice(excess), leftOut: queue.leftOut + excess, notBeforeMs };
};

/** When the rate allows another delivery. */
const freeAtMs = (begunAtMs: readonly number[], limit: Rules['limit']): number => {
  if (limit === null || begunAtMs.length < limit.count) return 0;
  return (begunAtMs[begunAtMs.length - limit.count] as number) + limit.periodMs;
};

const withoutDelay = <Message>(delivery: Delivery<Message> | null, nowMs: number): Delivery<Message> | null =>
  delivery === null || delivery.retryAtMs === null ? delivery : { ...delivery, retryAtMs: nowMs };

const failed = <Message>(queue: Queue<Message>, problem: string, { name, retries, retryDelayMs }: Rules, nowMs: number): Applied<Message> => {
  const { delivery } = queue;
  if (delivery === null) return { queue, notices: [] };
  const failures = delivery.failures + 1;
  const count = `${delivery.messages.length} ${delivery.messages.length === 1 ? 'event' : 'events'}`;
  const start = `notify ${name} could not tell of ${count}: ${problem}`;
  if (failures > retries) {
    return { queue: { ...queue, delivery: null }, notices: [{ type: 'notice', level: 'error', text: `${start}; given up` }] };
  }
  const delayMs = Math.min(queue.isClosing ? LAST_RETRY_DELAY_MS : LONGEST_RETRY_DELAY_MS, retryDelayMs * 2 ** (failures - 1));
  const text = `${start}; next try in ${delayMs / 1000} seconds`;
  return { queue: { ...queue, delivery: { ...delivery, failures, retryAtMs: nowMs + delayMs } }, notices: [{ type: 'notice', level: 'warn', text }] };
};

/** The next delivery, or the next try of the present one, where its time has come. */
const begin = <Message>(queue: Queue<Message>, rules: Rules, nowMs: number): QueueResult<Message> => {
  const { delivery, waiting, leftOut, isClosing } = queue;
  if (delivery !== null) {
    if (delivery.retryAtMs === null || delivery.retryAtMs > nowMs) return { queue, effects: [] };
    const { messages } = delivery;
    return { queue: { ...queue, delivery: { ...delivery, retryAtMs: null } }, effects: [{ type: 'deliver', messages, leftOut: delivery.leftOut }] };
  }
  const notBeforeMs = Math.max(queue.notBeforeMs, freeAtMs(queue.begunAtMs, rules.limit));
  if (waiting.length === 0) return { queue, effects: [] };
  if (notBeforeMs > nowMs && !isClosing) return { queue: { ...queue, notBeforeMs }, effects: [] };
  const begunAtMs = rules.limit === null ? [] : [...queue.begunAtMs, nowMs].slice(-rules.limit.count);
  return {
    queue: { ...queue, waiting: [], leftOut: 0, delivery: { messages: waiting, leftOut, failures: 0, retryAtMs: null }, begunAtMs },
    effects: [{ type: 'deliver', messages: waiting, leftOut }],
  };
};
