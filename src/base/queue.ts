/**
 * A first-in-first-out queue that is never changed: each operation gives another one and shares what it can. Adding and taking cost the
 * same however long it is; putting something in front costs a copy of what is there.
 */

type Link<T> = { readonly value: T; readonly earlier: Link<T> | null };

export type Queue<T> = {
  readonly size: number;
  /** Oldest first, from `from` on. */
  readonly front: readonly T[];
  readonly from: number;
  /** What was added since `front` was made, latest first. */
  readonly back: Link<T> | null;
};

export const emptyQueue: Queue<never> = { size: 0, front: [], from: 0, back: null };

export const added = <T>(queue: Queue<T>, value: T): Queue<T> => ({ ...queue, size: queue.size + 1, back: { value, earlier: queue.back } });

/** In front of all others. */
export const putFirst = <T>(queue: Queue<T>, value: T): Queue<T> => ({
  size: queue.size + 1,
  front: [value, ...queue.front.slice(queue.from)],
  from: 0,
  back: queue.back,
});

/** The oldest one and the rest; null when there is none. */
export const taken = <T>(queue: Queue<T>): { readonly first: T; readonly rest: Queue<T> } | null => {
  if (queue.size === 0) return null;
  const { front, from, back } = queue.from < queue.front.length ? queue : { front: inOrder(queue.back), from: 0, back: null };
  return { first: front[from] as T, rest: { size: queue.size - 1, front, from: from + 1, back } };
};

/** The oldest ones, so many at most. Cheap as long as they have been looked at before. */
export const oldest = <T>({ front, from, back }: Queue<T>, count: number): readonly T[] => {
  const first = front.slice(from, from + count);
  return first.length === count || back === null ? first : [...first, ...inOrder(back).slice(0, count - first.length)];
};

/** Oldest first. */
export const listed = <T>({ front, from, back }: Queue<T>): readonly T[] => [...front.slice(from), ...inOrder(back)];

const inOrder = <T>(back: Link<T> | null): readonly T[] => {
  const values: T[] = [];
  for (let link = back; link !== null; link = link.earlier) values.push(link.value);
  return values.reverse();
};
