/** One request, which may hold many calls: who asks, and what has to wait until the answer is on its way. */
import type { Access, Exchange } from '../exchange.ts';
import { MAXIMUM_READ_BYTES } from './log-source.ts';

export type Session = {
  readonly access: Access;
  /** For people: `admin (user 0)`. */
  readonly who: string;
  /** The client has gone: for what only it was waiting for. Returns the way to end that. */
  readonly onGone: (listener: () => void) => () => void;
  /** What would end the server before it has answered. */
  readonly afterAnswer: (act: () => void) => void;
  /** Something is to happen after the answer: for the rest of this request everything is ending already. */
  readonly isEnding: () => boolean;
  /** For so many bytes of logs in the answer; false: the answers of all clients that are being made or wait for their readers are too large already. */
  readonly take: (bytes: number) => boolean;
};

/** How much of logs may be held for answers that are being made, or wait for their readers: each byte is there several times over before it is on its way. */
export type Budget = { leftBytes: number };

export const createBudget = (bytes: number): Budget => ({ leftBytes: bytes });

/** `answered`: to be called once the answer has been handed to the system. `release`: once its client has taken it, or gone: what was read for it counts no more. */
type Opened = { readonly session: Session; readonly answered: () => void; readonly release: () => void };

export const createSession = (
  { access, who, onGone: onClientGone }: Pick<Exchange, 'access' | 'who' | 'onGone'>,
  budget: Budget = createBudget(MAXIMUM_READ_BYTES),
): Opened => {
  let takenBytes = 0;
  let isRefused = false;
  const acts: (() => void)[] = [];
  const listeners = new Set<() => void>();
  let isWatched = false;
  let hasGone = false;

  /** The connection is asked once, however many calls of the request want to know. */
  const watch = (): void => {
    isWatched = true;
    onClientGone(() => {
      hasGone = true;
      for (const listener of listeners) listener();
    });
  };
  const take = (bytes: number): boolean => {
    // Who was refused once does not try on with smaller parts: each would be read for nothing.
    isRefused ||= bytes > budget.leftBytes;
    if (isRefused) return false;
    budget.leftBytes -= bytes;
    takenBytes += bytes;
    return true;
  };
  const onGone: Session['onGone'] = (listener) => {
    if (!isWatched) watch();
    listeners.add(listener);
    if (hasGone) listener();
    return () => void listeners.delete(listener);
  };
  return {
    session: { access, who, onGone, afterAnswer: (act) => void acts.push(act), isEnding: () => acts.length > 0, take },
    release: () => {
      budget.leftBytes += takenBytes;
      takenBytes = 0;
    },
    answered: () => {
      if (acts.length > 0) setImmediate(() => acts.forEach((act) => act()));
    },
  };
};
