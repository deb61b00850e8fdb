/** The ring is the end of all that was added, whatever came in what pieces. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRing } from '../../../src/logs/read/ring.ts';

test('a tail is the end of everything, up to the limit', () => {
  const chunk = fc.uint8Array({ maxLength: 3000 });
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 12 }), fc.nat(6000), (chunks, length) => {
      const ring = createRing(2048);
      for (const bytes of chunks) ring.add(Uint8Array.from([9, ...bytes, 9]), 1, bytes.length + 1);
      const all = Uint8Array.from(chunks.flatMap((bytes) => [...bytes]));
      const wanted = all.subarray(all.length - Math.min(length, 2048, all.length));
      const { bytes, total } = ring.tail(length);
      assert.equal(total, all.length);
      assert.deepEqual(bytes, Uint8Array.from(wanted));
    }),
  );
});

test('nothing said, nothing kept', () => {
  assert.deepEqual(createRing().tail(100), { bytes: new Uint8Array(0), total: 0 });
});
