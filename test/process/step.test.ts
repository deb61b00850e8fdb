/** What every state has in common: stale, stray and broken events. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INITIAL_STATE } from '../../src/process/initial-state.ts';
import type { ProcessEvent, ProcessState } from '../../src/process/types.ts';
import { RUN, code, due, exited, processOf, running, spawned, started } from './one-process.ts';

test('an event of another run changes nothing, in any state', () => {
  const other: readonly ProcessEvent[] = [
    { type: 'spawned', run: 6, pid: 1, atMs: 0 },
    { type: 'spawnFailed', run: 6, reason: '', exitCode: 1 },
    { type: 'groupEnded', run: 6 },
    { type: 'exited', run: 6, status: code(0), groupEnded: true, atMs: 0 },
    { type: 'deadlineReached', run: 6 },
  ];
  for (const process of [processOf(), started(), running(), running().on({ type: 'stopRequested' }), started().on(exited(code(1), 6))]) {
    const before = process.state();
    for (const event of other) assert.equal(process.on(event).does().state(), before);
  }
});

test('what a state does not wait for is ignored', () => {
  const strays: readonly ProcessEvent[] = [
    spawned(),
    { type: 'spawnFailed', run: RUN, reason: '', exitCode: 1 },
    { type: 'groupEnded', run: RUN },
    { type: 'startRequested' },
  ];
  const ends: readonly ProcessEvent[] = [exited(code(0), 1)];
  const fatal = started({ startRetries: 0 })
    .on(exited(code(1), 6))
    .expect({ name: 'FATAL' });
  for (const process of [started(), running(), started().on(exited(code(1), 6)), fatal]) {
    const isAlive = process.state().pid !== 0;
    for (const event of [...strays.slice(0, 3), ...(isAlive ? [] : ends)]) {
      const before = process.state();
      assert.equal(process.on(event).does().state(), before, `${before.name} ${event.type}`);
    }
  }
  for (const process of [started(), running(), started().on(exited(code(1), 6))]) {
    const before = process.state();
    assert.equal(process.on({ type: 'startRequested' }).does().state(), before);
  }
  const stopping = running().on({ type: 'stopRequested' }).state();
  assert.equal(processOf({}, stopping).on({ type: 'groupEnded', run: RUN }).does().state(), stopping);
  assert.equal(processOf({}, stopping).on({ type: 'spawnFailed', run: RUN, reason: '', exitCode: 1 }).does().state(), stopping);
  running().on(due).does().expect({ name: 'RUNNING' });
  fatal.on(due).does().expect({ name: 'FATAL' }).on({ type: 'startRequested' }).does('spawn 8');
});

test('data that broke its type is loud', () => {
  const broken = { ...INITIAL_STATE, name: 'LOST' } as unknown as ProcessState;
  assert.throws(() => processOf({}, broken).on({ type: 'startRequested' }), /internal error/u);
  const event = { type: 'sneezed' } as unknown as ProcessEvent;
  for (const process of [processOf(), started(), running(), running().on({ type: 'stopRequested' }), started().on(exited(code(1), 6))]) {
    assert.throws(() => process.on(event), /internal error: unforeseen case/u);
  }
});
