/** Fields of frames: what is written is read back, and nothing beyond the end is read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { byteReader, byteWriter, FrameError } from '../../../src/kernel/box/bytes.ts';

test('fields are read back as they were written, through any growth', () => {
  const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
  const i32 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
  fc.assert(
    fc.property(fc.array(fc.record({ u32, i32, u64: fc.maxSafeNat(), text: fc.string({ unit: 'grapheme' }) })), fc.nat({ max: 40_000 }), (fields, padding) => {
      const out = byteWriter();
      const encoder = new TextEncoder();
      out.bytes(new Uint8Array(padding));
      for (const field of fields) {
        out.u32(field.u32);
        out.i32(field.i32);
        out.u64(field.u64);
        const text = encoder.encode(field.text);
        out.u32(text.length);
        out.bytes(text);
      }
      const read = byteReader(out.takeAll());
      assert.equal(read.bytes(padding).length, padding);
      for (const field of fields) assert.deepEqual({ u32: read.u32(), i32: read.i32(), u64: read.u64(), text: read.text() }, { ...field });
    }),
  );
});

test('bytes are little-endian; a patch changes what stands before', () => {
  const out = byteWriter();
  out.u32(0);
  out.u16(0x0102);
  out.zero();
  out.patchU32(0, 0xa1b2c3d4);
  assert.equal(out.position(), 7);
  assert.deepEqual([...out.takeAll()], [0xd4, 0xc3, 0xb2, 0xa1, 0x02, 0x01, 0]);
  assert.equal(out.position(), 0);
  assert.equal(out.takeAll().length, 0);
});

test('nanoseconds become milliseconds to a microsecond, also after a year', () => {
  const out = byteWriter();
  const aYearMs = 365 * 86_400_000;
  out.u64(aYearMs * 1e6 + 1_234_000);
  assert.equal(byteReader(out.takeAll()).nanosecondsAsMs(), aYearMs + 1.234);
});

test('a reader that is asked for more than there is throws', () => {
  const three = Uint8Array.from([1, 2, 3]);
  for (const ask of ['u32', 'i32', 'u64', 'nanosecondsAsMs', 'text'] as const) {
    assert.throws(() => byteReader(three)[ask](), FrameError, ask);
  }
  assert.throws(() => byteReader(three).bytes(4), /frame ends after 3 bytes/u);
  assert.throws(() => byteReader(Uint8Array.from([255, 255, 255, 255, 65])).text(), FrameError, 'a length that lies');
});

test('a view into a larger buffer is read from its own beginning', () => {
  const whole = Uint8Array.from([9, 9, 9, 9, 1, 0, 0, 0, 9]);
  const read = byteReader(whole.subarray(4, 8));
  assert.equal(read.u32(), 1);
  assert.throws(() => read.u32(), FrameError);
});
