/** What the black box holds of a process comes back as it was, from any state and any text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeUtf8 } from '../../src/base/utf8.ts';
import { INITIAL_STATE } from '../../src/process/initial-state.ts';
import { decodeProcessMemo, encodeProcessMemo, PROCESS_MEMO_BYTES, SPAWN_ERROR_MAX_BYTES } from '../../src/process/memo.ts';
import type { ProcessState } from '../../src/process/types.ts';

const PLAIN = { noNullPrototype: true } as const;
const u32 = fc.nat({ max: 0xffff_ffff });
const time = fc.double({ min: 0, max: 1e15, noNaN: true });
const states: fc.Arbitrary<ProcessState> = fc.record(
  {
    name: fc.constantFrom('STOPPED', 'STARTING', 'RUNNING', 'BACKOFF', 'STOPPING', 'EXITED', 'FATAL', 'UNKNOWN'),
    wish: fc.constantFrom('up', 'down'),
    run: u32,
    pid: u32,
    lastPid: u32,
    leftPid: fc.constant(0),
    startedAtMs: time,
    stoppedAtMs: time,
    failures: u32,
    deadlineMs: fc.option(time),
    killAtMs: fc.option(time),
    spawnError: fc.string({ unit: 'binary' }),
    lingering: fc.boolean(),
    killed: fc.boolean(),
    isReady: fc.boolean(),
    isHeld: fc.boolean(),
    afterStop: fc.constantFrom('nothing', 'retry', 'fatal'),
    runs: fc.nat({ max: 0xffff }),
    restarts: u32,
    budgetSinceMs: time,
    exit: fc.option(
      fc.record(
        {
          code: fc.integer({ min: -1, max: 255 }),
          signal: fc.option(fc.integer({ min: 1, max: 64 })),
          coreDumped: fc.boolean(),
          outOfMemory: fc.constant(true),
        },
        { ...PLAIN, requiredKeys: ['code', 'signal', 'coreDumped'] },
      ),
    ),
  },
  PLAIN,
);

const there = (state: ProcessState): DataView => {
  const view = new DataView(new ArrayBuffer(PROCESS_MEMO_BYTES + 16));
  for (let at = 0; at < view.byteLength; at += 1) view.setUint8(at, 0xee);
  encodeProcessMemo(state, view, 8);
  return view;
};

test('what lives on has its place where there is no main process', () => {
  const back = (state: Partial<ProcessState>) => decodeProcessMemo(there({ ...INITIAL_STATE, ...state }), 8);
  assert.partialDeepStrictEqual(back({ name: 'EXITED', leftPid: 77 }), { pid: 0, leftPid: 77 });
  assert.partialDeepStrictEqual(back({ name: 'RUNNING', pid: 5, leftPid: 77 }), { pid: 5, leftPid: 0 });
});

test('decoding gives what was encoded, a long error cut at a whole character', () => {
  fc.assert(
    fc.property(states, (state) => {
      const back = decodeProcessMemo(there(state), 8);
      const whole = new TextDecoder('utf-8', { ignoreBOM: true }).decode(new Uint8Array(encodeUtf8(state.spawnError, 10_000)));
      assert.ok(back !== null && whole.startsWith(back.spawnError));
      const bytes = new TextEncoder().encode(back.spawnError).length;
      assert.ok(bytes <= SPAWN_ERROR_MAX_BYTES && (bytes > SPAWN_ERROR_MAX_BYTES - 4 || back.spawnError === whole));
      assert.deepEqual({ ...back, spawnError: '' }, { ...state, spawnError: '' });
    }),
  );
});

test('a slot is written whole and nothing beside it', () => {
  const view = there(INITIAL_STATE);
  const around = [...Array(8).keys(), ...Array.from({ length: 8 }, (_, at) => PROCESS_MEMO_BYTES + 8 + at)];
  assert.ok(around.every((at) => view.getUint8(at) === 0xee));
  assert.ok(Array.from({ length: PROCESS_MEMO_BYTES }, (_, at) => view.getUint8(at + 8)).every((byte) => byte !== 0xee));
});

test('what is not a state is not taken for one', () => {
  const decodeWith = (at: number, byte: number): ProcessState | null => {
    const view = there({ ...INITIAL_STATE, spawnError: 'x' });
    view.setUint8(8 + at, byte);
    return decodeProcessMemo(view, 8);
  };
  assert.notEqual(decodeWith(0, 1), null);
  assert.equal(decodeWith(0, 0), null, 'an empty box');
  assert.equal(decodeWith(0, 99), null, 'a state of a later version');
  assert.equal(decodeWith(3, 61), null, 'a length beyond the slot');
  assert.equal(decodeWith(48, 0xff), null, 'a text that is none');
});
