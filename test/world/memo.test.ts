/** The world's part of the black box comes back as it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeWorldMemo, encodeWorldMemo, TEXT_MAX_BYTES, WORLD_MEMO_BYTES, type WorldHeader } from '../../src/world/memo.ts';
import type { Decision } from '../../src/world/types.ts';

const PLAIN = { noNullPrototype: true } as const;
const u32 = fc.nat({ max: 0xffff_ffff });
const atMs = fc.double({ min: 0, max: 1e15, noNaN: true });
const text = fc.string({ maxLength: TEXT_MAX_BYTES });
const signal = fc.record(
  { kind: fc.constant('signal'), signal: fc.integer({ min: 1, max: 64 }), pid: fc.integer({ min: -1, max: 4_000_000 }), uid: u32 },
  PLAIN,
);
const decision: fc.Arbitrary<Decision | null> = fc.oneof(
  fc.constant(null),
  fc.record(
    { cause: fc.constant('requested'), atMs, by: fc.oneof(fc.constant(null), signal, fc.record({ kind: fc.constant('client'), name: text }, PLAIN)) },
    PLAIN,
  ),
  fc.record(
    {
      cause: fc.constantFrom('policy', 'startTimeout', 'crashBudget'),
      atMs,
      index: fc.integer({ min: -1, max: 4095 }),
      code: fc.integer({ min: 0, max: 255 }),
      rule: text,
    },
    PLAIN,
  ),
);
const headers: fc.Arbitrary<WorldHeader> = fc.record(
  {
    phase: fc.constantFrom('running', 'stopping', 'draining', 'sweeping', 'ended', 'reloading', 'restarting', 'unready'),
    nextRun: u32,
    wave: u32,
    decision,
    deadlineMs: fc.option(atMs),
    leaving: fc.constant([]),
    startDeadlineMs: fc.option(atMs),
    crashes: u32,
    crashesSinceMs: atMs,
  },
  PLAIN,
);

test('decoding gives what was encoded, and nothing beside it is touched', () => {
  fc.assert(
    fc.property(headers, (header) => {
      const bytes = new Uint8Array(WORLD_MEMO_BYTES + 16).fill(0xee);
      const view = new DataView(bytes.buffer);
      encodeWorldMemo(header, view, 8);
      assert.deepEqual(decodeWorldMemo(view, 8), header);
      assert.ok(bytes.subarray(0, 8).every((byte) => byte === 0xee) && bytes.subarray(-8).every((byte) => byte === 0xee));
    }),
  );
});

test('an empty box, or one of another version, is not taken for a header', () => {
  assert.equal(decodeWorldMemo(new DataView(new ArrayBuffer(WORLD_MEMO_BYTES)), 0), null);
  assert.equal(decodeWorldMemo(new DataView(new Uint8Array(WORLD_MEMO_BYTES).fill(0x77).buffer), 0), null);
});

test('a text that is too long is cut, a broken one is empty', () => {
  const view = new DataView(new ArrayBuffer(WORLD_MEMO_BYTES));
  const header = { ...HEADER, decision: { cause: 'requested', atMs: 1, by: { kind: 'client', name: 'x'.repeat(99) } } } as const;
  encodeWorldMemo(header, view, 0);
  const name = () => {
    const decided = decodeWorldMemo(view, 0)?.decision;
    return decided?.cause === 'requested' && decided.by?.kind === 'client' ? decided.by.name : null;
  };
  assert.equal(name(), 'x'.repeat(TEXT_MAX_BYTES));
  view.setUint8(WORLD_MEMO_BYTES - 1, 0xff);
  assert.equal(name(), '');
});

const HEADER: WorldHeader = {
  phase: 'stopping',
  nextRun: 1,
  wave: 0,
  decision: null,
  deadlineMs: null,
  leaving: [],
  startDeadlineMs: null,
  crashes: 0,
  crashesSinceMs: 0,
};
