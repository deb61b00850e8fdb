/**
 * Keeps the pools of event listeners for a successor: one line of JSON, then the texts of events. What is published within a turn is
 * saved once, at its end; what is sent and what is heard at once.
 */
import { createPool } from '../services/listeners/pool.ts';
import { restorePool, savePool } from '../services/listeners/memo.ts';
import type { SavedPool } from '../services/listeners/memo.ts';
import type { Pool } from '../services/listeners/types.ts';

/** Memory that outlives the supervisor: a snapshot, and a count for each listener. */
export type PoolsMemoryPort = {
  readonly save: (parts: readonly Uint8Array[]) => boolean;
  readonly load: () => Uint8Array | null;
  readonly mark: (index: number, count: number) => void;
  readonly markOf: (index: number) => number;
};

type Snapshot = { readonly nextSerial: number; readonly pools: readonly SavedPool[]; readonly marks: readonly (readonly [string, number])[] };

export type PoolsMemory = {
  readonly save: (nextSerial: number, pools: Iterable<Pool>) => void;
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

  const save: PoolsMemory['save'] = (nextSerial, pools) => {
    const all = [...pools];
    for (const { name, listeners } of all) for (const listener of listeners) markOf(name, listener.name);
    const savings = all.map(savePool);
    const snapshot: Snapshot = { nextSerial, pools: savings.map(({ saved }) => saved), marks: [...marks] };
    const bodies = savings.flatMap((saving) => saving.bodies);
    if (port.save([encoder.encode(`${JSON.stringify(snapshot)}\n`), ...bodies])) return;
    // Too much of it: what waits is left out.
    if (all.some(({ waiting }) => waiting.size > 0)) save(nextSerial, all.map(withoutWaiting));
  };

  return {
    save,
    mark: (pool, listener, count) => port.mark(markOf(pool, listener), count),
    restore: (pools) => {
      const bytes = port.load();
      if (bytes === null) return null;
      let at = bytes.indexOf(NEWLINE) + 1;
      const snapshot = JSON.parse(new TextDecoder().decode(bytes.subarray(0, at))) as Snapshot;
      const next = (length: number): Uint8Array => bytes.slice(at, (at += length));
      marks = new Map(snapshot.marks);
      for (const saved of snapshot.pools) {
        const pool = pools.get(saved.name);
        const isSent = ({ name, sends }: { readonly name: string; readonly sends: number }): boolean => port.markOf(markOf(saved.name, name)) === sends;
        // The texts of one that is gone are passed over.
        const restored = restorePool(pool ?? createPool({ name: saved.name, events: [], bufferSize: 1, processes: [] }), saved, next, isSent);
        if (pool !== undefined) pools.set(saved.name, restored);
      }
      const lost = snapshot.pools.flatMap(({ name, left }) => (left === 0 ? [] : [[name, left] as const]));
      return { nextSerial: snapshot.nextSerial, lost };
    },
  };
};

const withoutWaiting = (pool: Pool): Pool => ({ ...pool, waiting: { ...pool.waiting, size: 0 } });
