/**
 * The pools of event listeners at work: hands them what is published and what their processes say, writes what they send. What is decided
 * is in world/events/listeners.
 */
import type { GroupSpec } from '../../config/model/model.ts';
import type { Clock } from '../../kernel/kernel.ts';
import { eventName } from '../../world/events/event-names.ts';
import { countCharacters, headerText, payloadText } from '../../world/events/event-text.ts';
import { createLossTeller } from './losses.ts';
import { createPoolsMemory } from './pools-memory.ts';
import type { PoolsMemory, PoolsMemoryPort } from './pools-memory.ts';
import { createPool, stepPool, wants } from '../../world/events/listeners/pool.ts';
import type { Pool, PoolEffect, PoolEvent, PoolInput } from '../../world/events/listeners/types.ts';
import type { PublicEvent } from '../../world/events/public-events.ts';
import type { NoticeLevel } from '../../process/types.ts';
import type { Transition } from '../../world/show/views.ts';

/** While this many wait, or fewer, they are saved at the end of the turn; when there are more, not more often than this. */
const FEW = 32;
const SAVE_EVERY_MS = 20;
/** No pipe and no program is made for more. */
const LARGEST_EVENT_BYTES = 1_000_000;

export type PoolsPorts = {
  readonly identifier: () => string;
  /** To a run's standard input, now or soon. */
  readonly write: (run: number, bytes: Uint8Array) => 'written' | 'closed' | 'full';
  readonly notice: (level: NoticeLevel, text: string) => void;
  readonly clock: Clock;
};

export type Pools = {
  readonly isEmpty: () => boolean;
  /** Says at once what is otherwise said at the end of a second. */
  readonly tellLosses: () => void;
  readonly has: (group: string) => boolean;
  /** Does any pool ask for one of these types? */
  readonly want: (name: ReturnType<typeof eventName>) => boolean;
  readonly add: (group: GroupSpec) => void;
  readonly remove: (group: string) => void;
  readonly publish: (event: PublicEvent) => void;
  /** From a listener's standard output; a successor may hear the same piece again. */
  readonly hear: (group: string, listener: string, run: number, bytes: Uint8Array, piece: number) => void;
  readonly onTransition: (transition: Pick<Transition, 'group' | 'name' | 'run' | 'to'>) => void;
  /** From here on pools are kept for a successor. A successor gets what its predecessor knew; nothing is sent before onTransition() says
   *  who runs. */
  readonly keepIn: (memory: PoolsMemoryPort, isTakeover: boolean) => void;
};

export const createPools = ({ identifier, write, notice, clock }: PoolsPorts): Pools => {
  const pools = new Map<string, Pool>();
  const losses = createLossTeller(clock, (text) => notice('error', text));
  const encoder = new TextEncoder();
  /** Null: nothing has been sent so far. */
  let memory: PoolsMemory | null = null;
  let nextSerial = 0;
  /** Until then what waits is not saved again. */
  let quietUntilMs = 0;
  let isToSave = false;

  const isDeep = (): boolean => [...pools.values()].some(({ waiting }) => waiting.size > FEW);

  const saveAll = (): void => {
    isToSave = false;
    quietUntilMs = clock.nowMs() + SAVE_EVERY_MS;
    memory?.saveAll(nextSerial, [...pools.values()]);
  };

  const saveAllSoon = (): void => {
    if (isToSave) return;
    isToSave = true;
    const saveIfNeeded = (): void => {
      if (isToSave) saveAll();
    };
    if (isDeep() && clock.nowMs() < quietUntilMs) clock.at(quietUntilMs, saveIfNeeded);
    else queueMicrotask(saveIfNeeded);
  };

  const step = (name: string, input: PoolInput): void => {
    const before = pools.get(name);
    if (before === undefined) return;
    const { pool, effects } = stepPool(before, input);
    if (pool === before) return;
    pools.set(name, pool);
    // Kept before it is done: what was sent must not be unknown, and what was heard must not be heard again.
    const isUrgent = input.type !== 'published' || effects.some(({ type }) => type === 'send');
    if (isUrgent && isToSave && !isDeep()) saveAll();
    else if (isUrgent) memory?.save(nextSerial, [...pools.values()], before, pool);
    if (pool.waiting !== before.waiting) saveAllSoon();
    for (const effect of effects) perform(name, effect);
  };

  const perform = (name: string, effect: PoolEffect): void => {
    if (effect.type === 'lost') return losses.lose({ kind: 'overflow', pool: name, serial: effect.serial });
    if (effect.type === 'notice') return notice(effect.level, effect.text);
    const { listener, run, sends, event } = effect;
    if (write(run, wholeOf(name, event)) === 'written') memory?.mark(name, listener, sends);
    else step(name, { type: 'refused', listener, run });
  };

  const wholeOf = (pool: string, { serial, poolSerial, name, characters, body }: PoolEvent): Uint8Array => {
    const header = encoder.encode(headerText({ identifier: identifier(), serial, pool, poolSerial, name, characters }));
    const whole = new Uint8Array(header.length + body.length);
    whole.set(header);
    whole.set(body, header.length);
    return whole;
  };

  return {
    tellLosses: losses.tell,
    isEmpty: () => pools.size === 0,
    has: (group) => pools.has(group),
    want: (name) => [...pools.values()].some((pool) => wants(pool, name)),
    add: (group) => {
      if (group.kind !== 'eventlistener') return;
      const { name, events, bufferSize, processes } = group;
      pools.set(name, createPool({ name, events, bufferSize, processes: processes.map((process) => process.name) }));
    },
    remove: (group) => {
      pools.delete(group);
    },
    publish: (event) => {
      const name = eventName(event);
      const wanting = [...pools.values()].filter((pool) => wants(pool, name));
      if (wanting.length === 0) return;
      const text = payloadText(event, decode);
      const body = encoder.encode(text);
      if (body.length > LARGEST_EVENT_BYTES) {
        losses.lose({ kind: 'oversize', name, bytes: body.length, most: LARGEST_EVENT_BYTES });
        return;
      }
      const input = { type: 'published', serial: nextSerial, name, body, characters: countCharacters(text) } as const;
      nextSerial += 1;
      for (const pool of wanting) step(pool.name, input);
    },
    hear: (group, listener, run, bytes, piece) => step(group, { type: 'heard', listener, run, text: latin1(bytes), piece }),
    onTransition: ({ group, name, run, to }) =>
      step(group, { type: 'changed', listener: name, run, isRunning: to === 'RUNNING', isAlive: to === 'STARTING' || to === 'RUNNING' || to === 'STOPPING' }),
    keepIn: (port, isTakeover) => {
      memory = createPoolsMemory(port);
      const restored = isTakeover ? memory.restore(pools) : null;
      if (restored === null) return;
      nextSerial = restored.nextSerial;
      for (const [pool, events] of restored.lost) notice('error', `pool ${pool}: ${events} waiting events were lost with the supervisor`);
    },
  };
};

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const decode = (bytes: Uint8Array): string | null => {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
};

/** One character for each byte, in pieces that fit on the stack. */
const latin1 = (bytes: Uint8Array): string => {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4_096) text += String.fromCharCode(...bytes.subarray(at, at + 4_096));
  return text;
};
