/**
 * Keeps the pools of event listeners for a successor: what is known of listeners at each step, what waits for them every few milliseconds at
 * most. Each is one line of JSON, then the texts of events.
 */
import { listed } from '../../base/queue.ts';
import { createPool } from '../../world/events/listeners/pool.ts';
import { firstWaiting, loadEvents, restorePool, savePool, saveWaiting } from '../../world/events/listeners/memo.ts';
import type { NextBytes, SavedPool, Saving } from '../../world/events/listeners/memo.ts';
import type { Pool } from '../../world/events/listeners/types.ts';

type Snapshot = { readonly save: (parts: readonly Uint8Array[]) => boolean; readonly load: () => Uint8Array | null };

/** Memory that outlives the supervisor: two snapshots, and a count for each listener. */
export type PoolsMemoryPort = {
  readonly listeners: Snapshot;
  readonly waiting: Snapshot;
  readonly mark: (index: number, count: number) => void;
  readonly markOf: (index: number) => number;
};

type Marks = readonly (readonly [string, number])[];
type SavedListeners = { readonly nextSerial: number; readonly pools: readonly SavedPool[]; readonly marks: Marks };
type SavedWaiting = readonly { readonly name: string; readonly events: ReturnType<typeof saveWaiting>['saved'] }[];

export type PoolsMemory = {
  /** Listeners, and of what waits only what is nowhere else. `before`: of the pool that has changed. */
  readonly save: (nextSerial: number, pools: readonly Pool[], before: Pool, after: Pool) => void;
  readonly saveAll: (nextSerial: number, pools: readonly Pool[]) => void;
  /** So many events have been written to the listener. */
  readonly mark: (pool: string, listener: string, count: number) => void;
  /** Puts into `pools` what a predecessor knew of those that are there. Null: there was none. */
  readonly restore: (pools: Map<string, Pool>) => { readonly nextSerial: number; readonly lost: readonly (readonly [pool: string, events: number])[] } | null;
};

const NEWLINE = 10;

export const createPoolsMemory = (port: PoolsMemoryPort): PoolsMemory => {
  const encoder = new TextEncoder();
  /** Where each listener's count is. */
  let marks = new Map<string, number>();

  const markOf = (pool: string, listener: string): number => {
    const key = `${pool}:${listener}`;
    const index = marks.get(key) ?? marks.size;
    marks.set(key, index);
    return index;
  };

  const put = (snapshot: Snapshot, saved: SavedListeners | SavedWaiting, savings: readonly Saving<unknown>[]): boolean =>
    snapshot.save([encoder.encode(`${JSON.stringify(saved)}\n`), ...savings.flatMap(({ bodies }) => bodies)]);

  const saveAllWaiting = (pools: readonly Pool[]): void => {
    const savings = pools.map(saveWaiting);
    const saved = savings.map((saving, index) => ({ name: pools[index]?.name ?? '', events: saving.saved }));
    if (!put(port.waiting, saved, savings)) put(port.waiting, [], []);
  };

  const saveListeners = (nextSerial: number, pools: readonly Pool[]): void => {
    for (const { name, listeners } of pools) for (const listener of listeners) markOf(name, listener.name);
    const savings = pools.map(savePool);
    const saved = { nextSerial, pools: savings.map((saving) => saving.saved), marks: [...marks] };
    if (put(port.listeners, saved, savings)) return;
    const short = saved.pools.map((pool) => ({ ...pool, listeners: pool.listeners.map((listener) => ({ ...listener, hasText: false })) }));
    put(port.listeners, { ...saved, pools: short }, []);
  };

  return {
    save: (nextSerial, pools, before, after) => {
      // What comes back from a listener is nowhere else from here on.
      if (firstWaiting(after) < firstWaiting(before)) saveAllWaiting(pools);
      saveListeners(nextSerial, pools);
    },
    saveAll: (nextSerial, pools) => {
      saveAllWaiting(pools);
      saveListeners(nextSerial, pools);
    },
    mark: (pool, listener, count) => port.mark(markOf(pool, listener), count),
    restore: (pools) => {
      const saved = read(port.listeners.load());
      if (saved === null) return null;
      const { nextSerial: savedSerial, pools: savedPools, marks: savedMarks } = saved.value as SavedListeners;
      const waiting = read(port.waiting.load());
      const known = new Map((waiting?.value as SavedWaiting | undefined)?.map(({ name, events }) => [name, loadEvents(events, waiting?.next ?? saved.next)]));
      marks = new Map(savedMarks);
      const lost: (readonly [string, number])[] = [];
      for (const before of savedPools) {
        const pool = pools.get(before.name);
        const isSent = ({ name, sends }: { readonly name: string; readonly sends: number }): boolean => port.markOf(markOf(before.name, name)) === sends;
        // The texts of one that is gone are passed over.
        const into = pool ?? createPool({ name: before.name, events: [], bufferSize: 1, processes: [] });
        const restored = restorePool(into, before, known.get(before.name) ?? [], saved.next, isSent);
        if (pool === undefined) continue;
        pools.set(before.name, restored.pool);
        if (restored.lost > 0) lost.push([before.name, restored.lost]);
      }
      const serials = [...pools.values()].flatMap((pool) => listed(pool.waiting).map(({ serial }) => serial + 1));
      return { nextSerial: Math.max(savedSerial, ...serials), lost };
    },
  };
};

/** Our own words: only this version has written them. */
const read = (bytes: Uint8Array | null): { readonly value: unknown; readonly next: NextBytes } | null => {
  if (bytes === null) return null;
  let at = bytes.indexOf(NEWLINE) + 1;
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(0, at)));
  return { value, next: (length) => bytes.slice(at, (at += length)) };
};
