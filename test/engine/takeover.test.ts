/** A successor's start: readers back for every run that init knows, what was missed caught up with, strangers let go. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBlackBox } from '../../src/engine/black-box.ts';
import type { MemoryPort } from '../../src/engine/ports.ts';
import type { KnownRun } from '../../src/kernel/kernel.ts';
import { restoreWorld } from '../../src/world/restore.ts';
import { benchOf, fakeMemory, NO_STREAMS, planOf } from './support/bench.ts';

const plan = planOf(['a', 'b'], { startMs: 0 });
const status = { code: 0, signal: null, coreDumped: false };
const known = (run: number, changes: Partial<KnownRun> = {}): KnownRun => ({
  run,
  pid: 100 + run,
  running: true,
  groupEnded: false,
  status,
  startedAtMs: 1,
  exitedAtMs: 0,
  streams: { stdin: null, stdout: 10 * run, stderr: null },
  ...changes,
});

/** Two programs run; then the supervisor dies. */
const predecessor = (): MemoryPort => {
  const memory = fakeMemory();
  const { engine } = benchOf(plan, { memory });
  engine.dispatch({ type: 'startUp' });
  for (const run of [1, 2]) engine.onKernelEvent({ type: 'spawned', run, pid: 100 + run, atMs: 1, streams: NO_STREAMS });
  return memory;
};

const takeOver = (memory: MemoryPort, runs: readonly KnownRun[], processOf: (run: number) => number | null = () => null) => {
  const saved = createBlackBox(memory).load(plan.processes.length);
  assert.ok(saved !== null);
  const restored = restoreWorld(plan, saved.header, saved.states, runs, Math.max(...runs.map(({ run }) => run)));
  const bench = benchOf(plan, { memory, world: restored.world });
  bench.engine.adopt(runs, restored, processOf);
  return bench;
};

test('nothing happened meanwhile: readers are back, nothing is asked for, the timer is armed', () => {
  const { acts, world, engine } = takeOver(predecessor(), [known(1), known(2)]);
  assert.deepEqual(acts(), ['attach a (0) run 1: 10 null', 'attach b (1) run 2: 20 null']);
  assert.deepEqual(
    world().states.map(({ name, pid }) => [name, pid]),
    [
      ['RUNNING', 101],
      ['RUNNING', 102],
    ],
  );
  engine.onKernelEvent({ type: 'signalReceived', signal: 10, senderPid: 0, senderUid: 0 });
  assert.deepEqual(acts()[0], 'forward 10 1 2', 'they are known by their runs');
});

test('what ended meanwhile is caught up with, after its reader is back', () => {
  const { acts, world } = takeOver(predecessor(), [
    known(1),
    known(2, { running: false, groupEnded: true, status: { ...status, code: 4 }, exitedAtMs: 50_000 }),
  ]);
  const done = acts().filter((act) => !/^(?:info|warn)/u.test(act));
  assert.deepEqual(done, ['attach a (0) run 1: 10 null', 'attach b (1) run 2: 20 null', 'finish 2', 'spawn 3']);
  assert.equal(world().states[1]?.run, 3);
});

test('runs unknown to any process: read to the end for the process that wrote, killed if alive, released', () => {
  const runs = [known(1), known(2), known(7, { running: false, groupEnded: true }), known(8), known(9, { running: false, groupEnded: true })];
  const { acts, finished, engine, world } = takeOver(predecessor(), runs, (run) => (run === 7 ? 1 : null));
  assert.deepEqual(acts().slice(2), ['attach b (1) run 7: 70 null', 'finish 7', 'kill 8 9 group', 'finish 8', 'finish 9']);
  finished(7);
  assert.deepEqual(acts(), ['release 7']);
  const before = world();
  engine.onKernelEvent({ type: 'exited', run: 8, pid: 108, status, groupEnded: true, atMs: 60, usage: { userUs: 0, systemUs: 0, maxRssKib: 0 } });
  assert.deepEqual(world(), before, "the end of a stranger is nobody else's");
  assert.equal(before.nextRun, 10, 'and its number is not used again');
});

test('a stop that was under way goes on', () => {
  const memory = predecessor();
  const saved = createBlackBox(memory).load(2);
  assert.ok(saved !== null);
  const dying = benchOf(plan, { memory, world: { ...saved.header, states: saved.states.flatMap((state) => state ?? []) } });
  dying.engine.dispatch({ type: 'stopEverythingRequested' });
  const ended = { running: false, groupEnded: true, exitedAtMs: 70 };
  const { acts, engine, drained } = takeOver(memory, [known(1, ended), known(2, ended)]);
  assert.deepEqual(
    acts()
      .filter((act) => !act.startsWith('info'))
      .slice(2),
    ['finish 1', 'finish 2', 'sweep 2000', 'sweep 2000'],
  );
  engine.onKernelEvent({ type: 'swept', killed: 0 });
  drained();
  assert.deepEqual(acts().slice(1), ['exit 0']);
});

test('a box that nobody has written is empty', () => {
  assert.equal(createBlackBox(fakeMemory()).load(3), null);
});

test('states that were never written, or do not fit, are told as missing', () => {
  const memory = predecessor();
  memory.write(2, new Uint8Array(3));
  const saved = createBlackBox(memory).load(4);
  assert.deepEqual(
    saved?.states.map((state) => state?.name ?? null),
    ['RUNNING', null, null, null],
  );
});
