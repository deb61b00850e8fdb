/** Frames out of a byte stream, however it is cut. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createAssembler, type Assembler } from '../../../src/kernel/link/assembler.ts';
import { FrameError } from '../../../src/kernel/box/bytes.ts';
import { FRAME, FRAME_LIMIT_BYTES } from '../../../src/kernel/link/protocol.ts';
import { concat, frameOf } from '../support/frames.ts';

type Frame = { readonly type: number; readonly body: Uint8Array };

const take = (assembler: Assembler): readonly Frame[] => {
  const frames: Frame[] = [];
  for (let next = assembler.next(); next !== null; next = assembler.next()) frames.push({ type: next.type, body: next.body.slice() });
  return frames;
};

/** Feeds pieces of the given sizes, the last of them again and again, never more than there is room for. */
const feed = (assembler: Assembler, bytes: Uint8Array, sizes: readonly number[]): readonly Frame[] => {
  const frames: Frame[] = [];
  const wanted = [...sizes];
  for (let at = 0; at < bytes.length; ) {
    const room = assembler.room();
    assert.ok(room.length > 0, 'there is always room');
    const size = Math.min(wanted.length > 1 ? (wanted.shift() ?? 1) : (wanted[0] ?? 1), room.length, bytes.length - at);
    room.set(bytes.subarray(at, at + size));
    assembler.added(size);
    at += size;
    frames.push(...take(assembler));
  }
  return frames;
};

test('any cuts give the same frames', () => {
  const frame = fc.record({ type: fc.integer({ min: 0, max: 0xffff }), body: fc.uint8Array({ maxLength: 300 }) }, { noNullPrototype: true });
  const cuts = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(frame), cuts, (frames, sizes) => {
      const bytes = concat(...frames.map(({ type, body }) => frameOf(type, body)));
      assert.deepEqual(feed(createAssembler(), bytes, sizes), frames);
    }),
  );
});

test('frames longer than the buffer come whole, and small ones after them', () => {
  const long = new Uint8Array(300_000).map((_, index) => index % 251);
  const frames: readonly Frame[] = [
    { type: 8, body: Uint8Array.of(1) },
    { type: 1, body: long },
    { type: 9, body: Uint8Array.of(2, 3) },
    { type: 1, body: long.subarray(7) },
    { type: 3, body: new Uint8Array(0) },
  ];
  const bytes = concat(...frames.map(({ type, body }) => frameOf(type, body)));
  for (const size of [1_000_000, 65_536, 4_097]) {
    assert.deepEqual(
      feed(createAssembler(), bytes, [size]).map(({ type, body }) => ({ type, body: [...body] })),
      frames.map(({ type, body }) => ({ type, body: [...body] })),
    );
  }
});

test('a buffer that grew for one long frame shrinks again', () => {
  const assembler = createAssembler();
  feed(assembler, frameOf(1, new Uint8Array(1_000_000)), [1_000_000]);
  assert.equal(assembler.room().length, 65_536);
});

test('a hostile length is refused by its header alone', () => {
  const refused = (type: number, claims: number): void => {
    const assembler = createAssembler();
    assembler.room().set(frameOf(type, new Uint8Array(0), claims));
    assembler.added(8);
    assert.throws(() => assembler.next(), FrameError, `${type} with ${claims} bytes`);
  };
  refused(FRAME.SIGNAL, FRAME_LIMIT_BYTES + 1);
  refused(FRAME.SIGNAL, 0xffff_ffff);
  refused(FRAME.HELLO, FRAME_LIMIT_BYTES * 2 + 1);
  refused(0xffff, 0x8000_0000);
});

test('the longest HELLO is waited for', () => {
  const assembler = createAssembler();
  assembler.room().set(frameOf(FRAME.HELLO, new Uint8Array(0), FRAME_LIMIT_BYTES * 2));
  assembler.added(8);
  assert.equal(assembler.next(), null);
  assert.equal(assembler.room().length, FRAME_LIMIT_BYTES * 2);
});

test('bytes that are no frames at all end in an error or in waiting, never in a crash', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (bytes, sizes) => {
      try {
        feed(createAssembler(), bytes, sizes);
      } catch (error) {
        assert.ok(error instanceof FrameError);
      }
    }),
  );
});
