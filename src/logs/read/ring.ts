/**
 * The last bytes of a stream, kept in memory so that a tail needs no file. Outside V8's heap, and as small as what was said: it
 * is made at the first output and doubles up to its limit. Does not outlive the supervisor.
 */
export const RING_BYTES = 65_536;
const FIRST_BYTES = 512;

export type Ring = {
  readonly add: (bytes: Uint8Array, from: number, to: number) => void;
  /** The last `length` bytes at most, and how many there have been in all. */
  readonly tail: (length: number) => { readonly bytes: Uint8Array; readonly total: number };
};

export const createRing = (limit: number = RING_BYTES): Ring => {
  let store = new Uint8Array(0);
  /** All bytes ever; the next one goes to total % store.length. */
  let total = 0;

  const tail: Ring['tail'] = (length) => {
    const count = Math.min(length, total, store.length);
    const bytes = new Uint8Array(count);
    if (count === 0) return { bytes, total };
    const start = (total - count) % store.length;
    const first = store.subarray(start, start + count);
    bytes.set(first);
    bytes.set(store.subarray(0, count - first.length), first.length);
    return { bytes, total };
  };

  const grow = (wanted: number): void => {
    let size = store.length || FIRST_BYTES;
    while (size < wanted && size < limit) size *= 2;
    if (size === store.length) return;
    const { bytes: kept } = tail(store.length);
    const grown = new Uint8Array(Math.min(size, limit));
    // Where each byte belongs depends on the size.
    for (let index = 0; index < kept.length; index += 1) grown[(total - kept.length + index) % grown.length] = kept[index] ?? 0;
    store = grown;
  };

  return {
    tail,
    add: (bytes, from, to) => {
      grow(Math.min(total, limit) + (to - from));
      const start = Math.max(from, to - store.length);
      total += start - from;
      let at = total % store.length;
      const first = Math.min(to - start, store.length - at);
      store.set(bytes.subarray(start, start + first), at);
      at = 0;
      if (start + first < to) store.set(bytes.subarray(start + first, to), at);
      total += to - start;
    },
  };
};
