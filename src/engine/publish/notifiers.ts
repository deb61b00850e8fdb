/**
 * Notifiers at work: what happens goes into the queue of each that asks for it, and from there by its means. What is decided is in
 * world/events/notifiers; how it travels is the deliverer's.
 */
import type { NotifierSpec } from '../../config/model/notifier-model.ts';
import type { Clock } from '../../kernel/kernel.ts';
import type { NoticeLevel } from '../../process/types.ts';
import type { WantedTypes } from '../../world/events/event-names.ts';
import { type DataOf, eventObject } from '../../world/events/event-object.ts';
import type { Message } from '../../world/events/notifiers/letter.ts';
import { isTold, sentenceOf } from '../../world/events/notifiers/message.ts';
import { createQueue, isQuiet, type Queue, queueDueMs, type QueueEvent, stepQueue } from '../../world/events/notifiers/queue.ts';
import type { PublicEvent } from '../../world/events/public-events.ts';

/** One notifier's way to tell. Each has a queue of its own: what was mailed is not mailed again because a webhook failed. */
export type Teller = { readonly spec: NotifierSpec; readonly means: 'webhook' | 'command' | 'mail' };

/** Calls back with what went wrong, or null. */
export type Deliver = (teller: Teller, messages: readonly Message[], leftOut: number, done: (problem: string | null) => void) => void;

export type NotifiersPorts = {
  readonly clock: Clock;
  /** Since the epoch. */
  readonly wallMs: () => number;
  readonly onEvent: (listener: (event: PublicEvent) => void, wanted: WantedTypes) => () => void;
  readonly deliver: Deliver;
  readonly notice: (level: NoticeLevel, text: string) => void;
};

export type Notifiers = {
  /** These from now on. Who is not among them any more still tells what it has begun. */
  readonly follow: (specs: readonly NotifierSpec[]) => void;
  /** What happened before anybody could follow. */
  readonly hear: (event: PublicEvent, atMs: number) => void;
  /** Tells what waits at once; calls back when all is told, or at `untilMs`. */
  readonly close: (untilMs: number, done: () => void) => void;
};

type Notifier = Teller & { readonly tell: (event: QueueEvent<Message>) => void; readonly isQuiet: () => boolean };

export const createNotifiers = ({ clock, wallMs, onEvent, deliver, notice }: NotifiersPorts): Notifiers => {
  let notifiers = new Map<string, Notifier>();
  let unsubscribe = (): void => {};
  let onQuiet: (() => void) | null = null;

  const create = (teller: Teller): Notifier => {
    const { spec } = teller;
    const rules = { ...spec, name: nameOf(teller) };
    let queue: Queue<Message> = createQueue();
    let cancel = (): void => {};
    const tell = (event: QueueEvent<Message>): void => {
      const result = stepQueue(queue, event, rules, clock.nowMs());
      queue = result.queue;
      cancel();
      const dueMs = queueDueMs(queue);
      cancel = dueMs === null ? () => {} : clock.at(dueMs, () => tell({ type: 'timePassed' }));
      for (const effect of result.effects) {
        if (effect.type === 'notice') notice(effect.level, effect.text);
        else deliver(teller, effect.messages, effect.leftOut, (problem) => tell(problem === null ? { type: 'delivered' } : { type: 'failed', problem }));
      }
      onQuiet?.();
    };
    return { ...teller, tell, isQuiet: () => isQuiet(queue) };
  };

  const hear = (whole: PublicEvent, atMs: number): void => {
    const event = shortened(whole);
    for (const { spec, tell } of notifiers.values()) {
      if (!isTold(spec, event)) continue;
      tell({ type: 'happened', message: { text: sentenceOf(event, textOf), happened: eventObject(event, atMs, dataOf) } });
    }
  };

  return {
    hear,
    follow: (specs) => {
      notifiers = new Map(
        specs.flatMap(tellersOf).map((teller) => {
          const name = nameOf(teller);
          const before = notifiers.get(name);
          return [name, before !== undefined && isSame(before.spec, teller.spec) ? before : create(teller)];
        }),
      );
      unsubscribe();
      unsubscribe = specs.length === 0 ? () => {} : onEvent((event) => hear(event, wallMs()), [...new Set(specs.flatMap(({ events }) => events))]);
    },
    close: (untilMs, done) => {
      const end = (): void => {
        onQuiet = null;
        cancel();
        done();
      };
      const look = (): void => {
        if ([...notifiers.values()].every((notifier) => notifier.isQuiet())) end();
      };
      const cancel = clock.at(untilMs, () => {
        for (const [name, { isQuiet: isDone }] of notifiers) if (!isDone()) notice('error', `notify ${name} had no time left to tell all`);
        end();
      });
      for (const { tell } of notifiers.values()) tell({ type: 'closing' });
      onQuiet = look;
      look();
    },
  };
};

const tellersOf = (spec: NotifierSpec): readonly Teller[] =>
  (['webhook', 'command', 'mail'] as const).filter((means) => spec[means] !== null).map((means) => ({ spec, means }));

const nameOf = ({ spec: { name }, means }: Teller): string => `${name} (${means})`;

/** Wherever it is written. */
const isSame = ({ place: _before, ...before }: NotifierSpec, { place: _after, ...after }: NotifierSpec): boolean =>
  JSON.stringify(before) === JSON.stringify(after);

/** A thousand may wait, and each is to be read by people. */
const MOST_DATA = 4_096;

const shortened = (event: PublicEvent): PublicEvent => {
  if (!('data' in event) || event.data.length <= MOST_DATA) return event;
  return event.type === 'remoteCommunication' ? { ...event, data: event.data.slice(0, MOST_DATA) } : { ...event, data: event.data.subarray(0, MOST_DATA) };
};

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
/** What is no text becomes replacement characters: a notification is for people. */
const textOf = (bytes: Uint8Array): string => decoder.decode(bytes);
const dataOf: DataOf = (bytes) => ({ data: textOf(bytes) });
