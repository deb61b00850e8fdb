/**
 * Calls that wait for a process to get somewhere. They are told by transitions; a slow look at everything that is waited for makes sure
 * that a process that vanished, or news that were missed, never leave a client waiting for ever. Refuses to start or stop anything.
 */
import type { ProcessView } from '../../world/show/views.ts';
import type { ControlPort } from '../port.ts';

/** Null: there is no such process any more. */
export type Sight = Pick<ProcessView, 'state' | 'spawnError' | 'pid' | 'isReady' | 'isHeld'> | null;

/** What it has come to, null while that is open. */
export type Decide<T> = (sight: Sight) => T | null;

export type Wait<T> = {
  /** What is known already. */
  readonly outcome: () => T | null;
  /** Decides by what is to be seen now, for what happened without news. */
  readonly look: (sight: Sight) => void;
  readonly done: Promise<T>;
  /** Nobody is interested any more: `done` never comes. */
  readonly cancel: () => void;
};

export type Waiting = {
  /** From now on: to be called before what is to be waited for is set in motion. */
  readonly until: <T>(fullName: string, decide: Decide<T>) => Wait<T>;
};

type Waiter = { readonly fullName: string; readonly look: (sight: Sight) => void };

const LOOK_EVERY_MS = 1_000;

export const createWaiting = (port: ControlPort): Waiting => {
  const waiters = new Set<Waiter>();
  let stopWatching: (() => void) | null = null;
  let isLooking = false;

  const tell = (fullName: string, sight: Sight): void => {
    for (const waiter of waiters) if (waiter.fullName === fullName) waiter.look(sight);
  };
  const lookAtAll = (): void => {
    const seen = new Map(port.processes().map((view) => [view.fullName, view]));
    for (const waiter of waiters) waiter.look(seen.get(waiter.fullName) ?? null);
  };
  /** Once for all that has changed in this turn: to see one process all have to be looked at. */
  const lookSoon = (fullName: string): void => {
    if (isLooking || ![...waiters].some((waiter) => waiter.fullName === fullName)) return;
    isLooking = true;
    queueMicrotask(() => {
      isLooking = false;
      lookAtAll();
    });
  };
  const watch = (): (() => void) => {
    // The number that a transition tells is that of the run before, as long as the new one has none.
    const end = port.onTransition(({ fullName, to, pid, ...others }) => tell(fullName, { state: to, pid: to === 'STARTING' ? 0 : pid, ...others }));
    const endDetails = port.onDetail(lookSoon);
    const timer = setInterval(lookAtAll, LOOK_EVERY_MS);
    timer.unref();
    return () => {
      end();
      endDetails();
      clearInterval(timer);
    };
  };
  const add = (waiter: Waiter): void => {
    waiters.add(waiter);
    stopWatching ??= watch();
  };
  const remove = (waiter: Waiter): void => {
    waiters.delete(waiter);
    if (waiters.size > 0) return;
    stopWatching?.();
    stopWatching = null;
  };

  const until = <T>(fullName: string, decide: Decide<T>): Wait<T> => {
    let outcome: T | null = null;
    const { promise, resolve } = Promise.withResolvers<T>();
    const waiter: Waiter = {
      fullName,
      look: (sight) => {
        if (outcome === null) outcome = decide(sight);
        if (outcome === null) return;
        remove(waiter);
        resolve(outcome);
      },
    };
    add(waiter);
    return { outcome: () => outcome, look: waiter.look, done: promise, cancel: () => remove(waiter) };
  };
  return { until };
};
