/**
 * One pool of event listeners: takes events, gives each to one of its processes that is READY, keeps what has to wait, and sends again
 * what was not dealt with. Pure: state and what happened come in, a new state and requests go out.
 */
import { added, emptyQueue, putFirst, taken } from '../../../base/queue.ts';
import type { EventType } from '../../../config/values/event-types.ts';
import { isWanted } from '../event-names.ts';
import { hear } from './protocol.ts';
import type { Listener, Pool, PoolEffect, PoolEvent, PoolInput, PoolResult } from './types.ts';

export type PoolSpec = { readonly name: string; readonly events: readonly EventType[]; readonly bufferSize: number; readonly processes: readonly string[] };

export const createPool = ({ name, events, bufferSize, processes }: PoolSpec): Pool => ({
  name,
  wanted: events,
  limit: bufferSize,
  nextSerial: 0,
  waiting: emptyQueue,
  listeners: processes.map((process) => newListener(process, 0, 0)),
});

const newListener = (name: string, run: number, sends: number): Listener => ({
  name,
  run,
  isRunning: false,
  state: 'ACKNOWLEDGED',
  input: '',
  answer: null,
  event: null,
  sends,
  heard: 0,
  isDeaf: false,
  mayAnswerTwice: false,
});

export const wants = (pool: Pool, name: EventType): boolean => isWanted(pool.wanted, name);

/** A pool in the making, for the length of one step. */
type Draft = { pool: Pool; readonly effects: PoolEffect[] };

export const stepPool = (pool: Pool, input: PoolInput): PoolResult => {
  const draft: Draft = { pool, effects: [] };
  apply(draft, input);
  dispatch(draft);
  return draft;
};

const apply = (draft: Draft, input: PoolInput): void => {
  const { pool } = draft;
  switch (input.type) {
    case 'published': {
      const { serial, name, body, characters } = input;
      draft.pool = { ...pool, nextSerial: pool.nextSerial + 1 };
      return keep(draft, { serial, poolSerial: pool.nextSerial, name, body, characters }, added);
    }
    case 'heard': {
      const known = named(pool, input.listener);
      if (known === undefined || input.run < known.run) return;
      // Who was not watched from its start on is known from its first word on.
      const listener = input.run > known.run ? change(draft, known, { run: input.run, isRunning: false, isAlive: true }) : known;
      if (input.piece === listener.heard) return;
      const heard = hear({ ...listener, heard: input.piece }, input.text);
      replace(draft, heard.listener);
      for (const { level, text } of heard.notices) draft.effects.push({ type: 'notice', level, text });
      for (const event of heard.rejected) sendAgain(draft, event);
      return;
    }
    case 'changed': {
      const listener = named(pool, input.listener);
      if (listener !== undefined) change(draft, listener, input);
      return;
    }
    case 'refused': {
      const listener = named(pool, input.listener);
      if (listener === undefined || listener.run !== input.run) return;
      replace(draft, { ...listener, isDeaf: true, state: 'READY', event: null });
      // It was the oldest when it was sent: it has its place in front, and nothing is dropped for it.
      if (listener.event !== null) draft.pool = { ...draft.pool, waiting: putFirst(draft.pool.waiting, listener.event) };
      return;
    }
  }
};

type Changed = Omit<Extract<PoolInput, { type: 'changed' }>, 'type' | 'listener'>;

/** A new run begins at the beginning; what the former one had, or one that has ended, goes to another. */
const change = (draft: Draft, listener: Listener, { run, isRunning, isAlive }: Changed): Listener => {
  const isOver = run !== listener.run || !isAlive;
  if (isOver && listener.event !== null) {
    replace(draft, { ...listener, event: null });
    sendAgain(draft, listener.event);
  }
  const changed = isOver ? { ...newListener(listener.name, run, listener.sends), isRunning } : { ...listener, isRunning };
  replace(draft, changed);
  return changed;
};

const sendAgain = (draft: Draft, event: PoolEvent): void => {
  const { name, waiting, limit } = draft.pool;
  const text = `rebuffering event ${event.serial} for pool ${name} (buf size=${waiting.size}, max=${limit})`;
  draft.effects.push({ type: 'notice', level: 'debug', text });
  keep(draft, event, putFirst);
};

/** `put`: behind the others, or in front of them. The oldest makes room. */
const keep = (draft: Draft, event: PoolEvent, put: typeof added): void => {
  const full = draft.pool.waiting.size >= draft.pool.limit && !canGiveAway(draft.pool) ? taken(draft.pool.waiting) : null;
  if (full !== null) draft.effects.push({ type: 'lost', serial: full.first.serial });
  draft.pool = { ...draft.pool, waiting: put(full?.rest ?? draft.pool.waiting, event) };
};

const canGiveAway = ({ listeners }: Pool): boolean => listeners.some(isFree);

const isFree = ({ isRunning, state, isDeaf }: Listener): boolean => isRunning && state === 'READY' && !isDeaf;

/** Oldest first, each to the first that is free. */
const dispatch = (draft: Draft): void => {
  for (;;) {
    const listener = draft.pool.listeners.find(isFree);
    const next = listener === undefined ? null : taken(draft.pool.waiting);
    if (listener === undefined || next === null) return;
    const event = next.first;
    draft.pool = { ...draft.pool, waiting: next.rest };
    const sends = listener.sends + 1;
    replace(draft, { ...listener, state: 'BUSY', event, sends });
    draft.effects.push({ type: 'send', listener: listener.name, run: listener.run, sends, event });
    draft.effects.push({ type: 'notice', level: 'debug', text: `event ${event.serial} sent to listener ${listener.name}` });
  }
};

const named = (pool: Pool, name: string): Listener | undefined => pool.listeners.find((listener) => listener.name === name);

const replace = (draft: Draft, listener: Listener): void => {
  draft.pool = { ...draft.pool, listeners: draft.pool.listeners.map((other) => (other.name === listener.name ? listener : other)) };
};
