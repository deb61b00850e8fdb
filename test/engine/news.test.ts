/** What those who watch are told, when, and in which order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNews } from '../../src/engine/news.ts';
import type { NewsItem } from '../../src/engine/news.ts';
import type { KernelEvent } from '../../src/kernel/kernel.ts';
import { makePlan } from '../../src/world/plan.ts';
import { modelOf, specOf } from '../simulate/specs.ts';
import { benchOf, NO_STREAMS, planOf } from './support/bench.ts';

const usage = { userUs: 0, systemUs: 0, maxRssKib: 0 };
const spawned = (run: number, atMs: number): KernelEvent => ({ type: 'spawned', run, pid: 100 + run, atMs, streams: NO_STREAMS });
const exited = (run: number, code: number, atMs: number): KernelEvent => ({
  type: 'exited',
  run,
  pid: 100 + run,
  status: { code, signal: null, coreDumped: false },
  groupEnded: true,
  atMs,
  usage,
});

const show = (item: NewsItem): string => {
  switch (item.type) {
    case 'transition':
      return `${item.transition.fullName} ${item.transition.from} -> ${item.transition.to} ${item.transition.pid}`;
    case 'detail':
      return `${item.fullName} has changed`;
    case 'phase':
      return `${item.from} -> ${item.to}`;
    case 'plan':
      return `plan of ${item.to.processes.length}`;
  }
};

test('told once it is done, and the world is as told or later', () => {
  const { engine, acts } = benchOf(planOf(['web']));
  const told: string[] = [];
  const end = engine.watch((item) => {
    const done = acts().filter((act) => !/^(?:info|warn):/u.test(act));
    told.push(`${show(item)}, is ${engine.world().states[0]?.name}, after ${done.join(', ') || 'nothing'}`);
  });
  engine.dispatch({ type: 'startUp' });
  engine.onKernelEvent(spawned(1, 0));
  engine.onKernelEvent(exited(1, 1, 2000));
  assert.deepEqual(told, [
    'web STOPPED -> STARTING 0, is STARTING, after spawn 1',
    'web has changed, is STARTING, after attach web (0) run 1: null null',
    'web STARTING -> RUNNING 101, is STARTING, after finish 1, spawn 2',
    'web RUNNING -> EXITED 101, is STARTING, after nothing',
    'web EXITED -> STARTING 0, is STARTING, after nothing',
  ]);
  end();
  engine.onKernelEvent(spawned(2, 2001));
  engine.turn({ type: 'stopEverythingRequested' });
  assert.equal(told.length, 5, 'nobody watches any more');
});

test('everything that ends is told before what ends by it', () => {
  const { engine } = benchOf(planOf(['a', 'b']));
  engine.dispatch({ type: 'startUp' });
  for (const run of [1, 2]) engine.onKernelEvent(spawned(run, 0));
  const told: string[] = [];
  engine.watch((item) => void told.push(show(item)));
  engine.turn({ type: 'stopEverythingRequested' });
  assert.deepEqual(told, ['running -> stopping', 'b STARTING -> STOPPING 102', 'a STARTING -> STOPPING 101']);
});

test('a whole restart: its phases, the other plan, and what it starts', () => {
  const present = planOf(['a'], { startMs: 0 });
  const next = makePlan(modelOf([specOf('b', { startMs: 0 }), specOf('a', { startMs: 0 })], 'never'), { stopGroupsOneByOne: false });
  const { engine } = benchOf(present, { nextPlan: next });
  engine.dispatch({ type: 'startUp' });
  engine.onKernelEvent(spawned(1, 0));
  const told: string[] = [];
  engine.watch((item) => void told.push(show(item)));
  engine.turn({ type: 'restartEverythingRequested' });
  engine.onKernelEvent(exited(1, 0, 5));
  assert.deepEqual(told, [
    'running -> restarting',
    'a RUNNING -> STOPPING 101',
    'a STOPPING -> STOPPED 101',
    'plan of 2',
    'restarting -> running',
    'a STOPPED -> STARTING 0',
    'b STOPPED -> STARTING 0',
  ]);
});

test('a watcher may give commands: done at once, told after what it is being told', () => {
  const { engine, acts } = benchOf(planOf(['a', 'b'], { autostart: false, startMs: 0 }));
  const told: string[] = [];
  engine.watch((item) => {
    if (item.type !== 'transition' || item.transition.fullName !== 'a' || item.transition.to !== 'RUNNING') return;
    engine.turn({ type: 'commandRequested', verb: 'start', targets: [1] });
    assert.ok(acts().includes('spawn 2'), 'done when the call is back');
    assert.equal(engine.world().states[1]?.name, 'STARTING');
  });
  engine.watch((item) => void told.push(show(item)));
  engine.turn({ type: 'commandRequested', verb: 'start', targets: [0] });
  engine.onKernelEvent(spawned(1, 0));
  assert.deepEqual(told, ['a STOPPED -> STARTING 0', 'a STARTING -> RUNNING 101', 'b STOPPED -> STARTING 0']);
});

test('a watcher that throws does not silence the others for ever', () => {
  const news = createNews();
  const told: string[] = [];
  let isBroken = true;
  news.watch((item) => {
    if (isBroken) throw new Error('broken');
    told.push(show(item));
  });
  news.note([{ type: 'phase', from: 'running', to: 'stopping' }]);
  assert.throws(news.tell, /broken/u);
  isBroken = false;
  news.note([{ type: 'phase', from: 'stopping', to: 'sweeping' }]);
  news.tell();
  assert.deepEqual(told, ['stopping -> sweeping']);
});
