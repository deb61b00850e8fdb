/** Programs with a pid file: an end is held back until init follows what the file names, and signals are aimed by the file. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KernelEvent } from '../../../src/kernel/kernel.ts';
import { benchOf, NO_STREAMS, planOf } from '../support/bench.ts';

const FILE = '/run/a.pid';
const plan = planOf(['a'], { startMs: 0, autorestart: 'never', pidFile: FILE, stopScopes: { signal: 'process', wait: 'process', kill: 'process' } });
const usage = { userUs: 0, systemUs: 0, maxRssKib: 0 };
const left = { pid: 50, name: 'a', isStray: true };
const ended = (pid: number, code = 0, more = {}): KernelEvent => ({
  type: 'exited',
  run: 1,
  pid,
  status: { code, signal: null, coreDumped: false },
  groupEnded: true,
  left,
  atMs: 5,
  usage,
  ...more,
});

const up = (files = new Map<string, number>()) => {
  const bench = benchOf(plan, { pidFiles: files });
  bench.engine.dispatch({ type: 'startUp' });
  bench.engine.onKernelEvent({ type: 'spawned', run: 1, pid: 40, atMs: 0, streams: NO_STREAMS });
  bench.acts();
  return { ...bench, files, state: () => bench.world().states[0], to: (event: KernelEvent) => (bench.engine.onKernelEvent(event), bench.acts()) };
};

test('the run goes on with the process that the file names, and ends with it', () => {
  const bench = up(new Map([[FILE, 50]]));
  assert.deepEqual(bench.to(ended(40)), ['follow 1 50']);
  assert.ok(bench.isFlushed());
  assert.deepEqual(bench.to({ type: 'groupEnded', run: 1, left }), [], 'held back as well');
  assert.deepEqual(bench.to({ type: 'followed', run: 1, pid: 50 }), [`info: followed: 'a' runs on with pid 50, named by ${FILE}`]);
  assert.equal(bench.state()?.name, 'RUNNING');
  assert.equal(bench.state()?.pid, 50);
  bench.to(ended(50)); // the file names what has just ended
  assert.equal(bench.state()?.name, 'EXITED');
});

test('a followed process that hands over to another one', () => {
  const bench = up(new Map([[FILE, 50]]));
  bench.to(ended(40));
  bench.to({ type: 'followed', run: 1, pid: 50 });
  bench.files.set(FILE, 51);
  assert.deepEqual(bench.to(ended(50)), ['follow 1 51']);
  bench.to({ type: 'followed', run: 1, pid: 51 });
  assert.equal(bench.state()?.pid, 51);
  bench.files.set(FILE, 52);
  assert.deepEqual(bench.to(ended(51)), ['follow 1 52']);
  bench.to({ type: 'followed', run: 1, pid: 0 });
  assert.equal(bench.state()?.name, 'EXITED');
});

test("a predecessor's run that has gone on with the process that the file names ends with it, at once", () => {
  const first = up(new Map([[FILE, 50]]));
  first.to(ended(40));
  first.to({ type: 'followed', run: 1, pid: 50 });
  for (const [file, state] of [
    [50, 'EXITED'],
    [null, 'RUNNING'], // perhaps it is about to be written: waited for
  ] as const) {
    const files = new Map(file === null ? [] : [[FILE, file]]);
    const second = benchOf(plan, { pidFiles: files, world: first.world() });
    const known = { run: 1, pid: 50, running: true, groupEnded: false, status: { code: 0, signal: null, coreDumped: false }, startedAtMs: 0, exitedAtMs: 0 };
    second.engine.adopt([{ ...known, streams: NO_STREAMS }], { world: first.world(), events: [{ type: 'resumed' }], effects: [] }, () => null);
    second.engine.onKernelEvent(ended(50));
    assert.equal(second.world().states[0]?.name, state);
    assert.equal(second.acts().filter((act) => act.includes('no process that it has started')).length, 0);
  }
});

test('the file comes later than the end; a refused process may be adopted later', () => {
  const bench = up();
  assert.deepEqual(bench.to(ended(40)), []);
  bench.clock.advanceTo(60);
  assert.deepEqual(bench.acts(), []);
  bench.files.set(FILE, 50);
  bench.clock.advanceTo(110);
  assert.deepEqual(bench.acts(), ['follow 1 50']);
  assert.deepEqual(bench.to({ type: 'followed', run: 1, pid: 0 }), []);
  bench.clock.advanceTo(160);
  assert.deepEqual(bench.acts(), ['follow 1 50']);
  bench.to({ type: 'followed', run: 1, pid: 50 });
  assert.equal(bench.state()?.pid, 50);
});

test('no process is named in time: the end is told as it came, and what ended meanwhile', () => {
  const bench = up();
  bench.to(ended(40, 0, { left: { ...left, isStray: false }, groupEnded: false }));
  bench.to({ type: 'groupEnded', run: 1 });
  assert.equal(bench.state()?.name, 'RUNNING');
  bench.clock.advanceTo(11_000);
  assert.equal(bench.acts()[0], `warn: a: no process that it has started is named by ${FILE}`);
  assert.equal(bench.state()?.name, 'EXITED');
});

test('nothing to wait for: a failure, nothing left, a stop', () => {
  for (const event of [ended(40, 1), ended(40, 0, { left: undefined })]) {
    const bench = up();
    bench.to(event);
    assert.equal(bench.state()?.name, 'EXITED');
  }
  const stopped = up(new Map([[FILE, 40]]));
  stopped.engine.dispatch({ type: 'process', index: 0, event: { type: 'stopRequested' } });
  assert.equal(stopped.acts()[0], 'kill 1 15 process');
  stopped.to(ended(40));
  assert.equal(stopped.state()?.name, 'STOPPED');
});

test('a stop while the file is waited for goes on with what is left; one that comes before the answer is sent again', () => {
  const waiting = up();
  waiting.to(ended(40));
  waiting.engine.dispatch({ type: 'process', index: 0, event: { type: 'stopRequested' } });
  assert.equal(waiting.state()?.name, 'STOPPED');
  for (const pid of [50, 0]) {
    const asked = up(new Map([[FILE, 50]]));
    asked.to(ended(40));
    asked.engine.dispatch({ type: 'process', index: 0, event: { type: 'stopRequested' } });
    assert.equal(asked.state()?.name, 'STOPPING');
    asked.acts();
    const acts = asked.to({ type: 'followed', run: 1, pid });
    assert.equal(acts.includes('kill 1 15 process'), pid === 50);
    assert.equal(asked.state()?.name, pid === 50 ? 'STOPPING' : 'STOPPED');
  }
});

test('a signal is aimed at the process that the file names; a refusal is told', () => {
  const bench = up(new Map([[FILE, 50]]));
  bench.engine.dispatch({ type: 'process', index: 0, event: { type: 'signalRequested', signal: 1 } });
  assert.deepEqual(
    bench.acts().filter((act) => !/^(debug|info)/.test(act)),
    ['follow 1 50', 'kill 1 1 process'],
  );
  assert.deepEqual(bench.to({ type: 'followed', run: 1, pid: 50 }), []);
  assert.deepEqual(bench.to({ type: 'followed', run: 1, pid: 0 }), [`warn: ${FILE} names a process that a has not started; it gets no signal`]);
  assert.deepEqual(bench.to({ type: 'followed', run: 9, pid: 0 }), []);
});
