/** Watchdogs over played time: from when on, what counts as a sign, what follows from silence. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReports } from '../../../src/engine/publish/reports.ts';
import { watchWatchdogs } from '../../../src/engine/features/watchdog.ts';
import type { WatchdogSettings } from '../../../src/config/model/service-model.ts';
import { readNotification } from '../../../src/world/events/notification.ts';
import { PLAIN_SERVICE } from '../../simulate/specs.ts';
import { NO_STREAMS, benchOf, planOf } from '../support/bench.ts';

const start = (action: WatchdogSettings['action'] = 'restart') => {
  const service = { ...PLAIN_SERVICE, watchdog: { periodMs: 5000, action } };
  const bench = benchOf(planOf(['web'], { service, startMs: 1000 }));
  const { engine, clock } = bench;
  const reports = createReports(() => {});
  const waiting: (() => void)[] = [];
  const said: string[] = [];
  watchWatchdogs({
    clock,
    watch: engine.watch,
    plan: engine.plan,
    world: engine.world,
    turn: engine.turn,
    notice: (_level, text) => said.push(text),
    reports,
    defer: (callback) => void waiting.push(callback),
  });
  engine.turn({ type: 'startUp' });
  engine.onKernelEvent({ type: 'spawned', run: 1, pid: 101, atMs: 0, streams: NO_STREAMS });
  return {
    ...bench,
    said,
    /** Goes on to that time; what has arrived until then has been read. */
    at: (atMs: number): void => {
      clock.advanceTo(atMs);
      for (const callback of waiting.splice(0)) callback();
    },
    advance: clock.advanceTo,
    settle: () => waiting.splice(0).forEach((callback) => callback()),
    say: (text: string) => reports.hear(1, readNotification(text)),
    state: () => engine.world().states[0],
  };
};

test('silence from the readiness on is a failure, as of a health check', () => {
  const { at, state, acts } = start();
  at(1000);
  assert.equal(state()?.name, 'RUNNING');
  acts();
  at(5999);
  assert.equal(state()?.name, 'RUNNING');
  at(6000);
  assert.deepEqual([state()?.name, state()?.afterStop, state()?.wish], ['STOPPING', 'retry', 'up']);
  assert.match(acts().join('\n'), /warn: unhealthy: web \(no WATCHDOG=1 within 5 seconds\)/);
});

test('signs move the end, one that lies there unread counts, too', () => {
  const { at, say, state, advance, settle } = start();
  at(1000);
  at(5000);
  say('WATCHDOG=1');
  at(6000);
  assert.equal(state()?.name, 'RUNNING');
  advance(10_000);
  say('WATCHDOG=1'); // the timer has rung, and this is read before anything follows from it
  settle();
  assert.equal(state()?.name, 'RUNNING');
  at(15_000);
  assert.equal(state()?.name, 'STOPPING');
});

test('who was held up itself gives another period', () => {
  const { at, state, advance, settle } = start();
  at(1000);
  advance(6000);
  advance(8000);
  settle();
  assert.equal(state()?.name, 'RUNNING');
  at(13_000);
  assert.equal(state()?.name, 'STOPPING');
});

test('the first sign begins it before the readiness; the period may change, or end', () => {
  const { at, say, state } = start();
  at(100);
  say('WATCHDOG=1\nWATCHDOG_USEC=100000');
  at(150);
  say('WATCHDOG_USEC=9000000');
  at(5000);
  assert.equal(state()?.name, 'RUNNING');
  say('STOPPING=1');
  at(100_000);
  assert.equal(state()?.name, 'RUNNING');
});

test('a cry for help is heard at once; fail gives up', () => {
  const { at, say, state } = start('fail');
  at(1000);
  say('WATCHDOG=trigger');
  assert.deepEqual([state()?.name, state()?.afterStop, state()?.wish], ['STOPPING', 'fatal', 'down']);
});

test('none only says so, once, and that it is well again', () => {
  const { at, say, state, said } = start('none');
  at(1000);
  at(6000);
  at(60_000);
  assert.deepEqual(said, ['unhealthy: web (no WATCHDOG=1 within 5 seconds)']);
  say('WATCHDOG=1');
  at(64_000);
  assert.deepEqual(said.slice(1), ['healthy: web again']);
  at(65_000);
  assert.equal(said.length, 3);
  assert.equal(state()?.name, 'RUNNING');
});

test('the end of a run is the end of its watch; words of nobody are nothing', () => {
  const { engine, at, say, clock } = start();
  at(1000);
  engine.onKernelEvent({
    type: 'exited',
    run: 1,
    pid: 101,
    atMs: 2000,
    status: { code: 0, signal: null, coreDumped: false },
    groupEnded: true,
    usage: { userUs: 0, systemUs: 0, maxRssKib: 0 },
  });
  say('WATCHDOG=1');
  say('STATUS=over');
  assert.deepEqual(clock.armed(), []);
});
