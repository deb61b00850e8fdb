/** When programs with a limit are looked at, and what is done about those that use too much. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UsageSettings } from '../../../src/config/model/service-model.ts';
import type { NewsItem } from '../../../src/engine/news.ts';
import { watchUsage } from '../../../src/engine/features/usage.ts';
import type { Clock } from '../../../src/kernel/kernel.ts';
import { INITIAL_STATE } from '../../../src/process/initial-state.ts';
import type { ProcessState } from '../../../src/process/types.ts';
import { makePlan } from '../../../src/world/plan.ts';
import { createWorld } from '../../../src/world/world.ts';
import { PLAIN_SERVICE, modelOf, specOf } from '../../simulate/specs.ts';

const RUNNING: Partial<ProcessState> = { name: 'RUNNING', run: 1, pid: 42 };
const MEMORY: UsageSettings = { memory: { bytes: 100, action: 'restart' }, cpu: null };

const bench = (usage: UsageSettings | null, first: Partial<ProcessState> = RUNNING) => {
  const plan = makePlan(modelOf([specOf('other'), specOf('web', { service: { ...PLAIN_SERVICE, usage } })]), { stopGroupsOneByOne: false });
  const index = plan.processes.findIndex(({ name }) => name === 'web');
  let now = 0;
  let bytes = 0;
  let state: ProcessState = { ...INITIAL_STATE, ...first };
  let timers: { at: number; callback: () => void }[] = [];
  let news: (item: NewsItem) => void = () => {};
  const acts: string[] = [];
  const clock: Clock = {
    nowMs: () => now,
    at: (at, callback) => {
      const timer = { at, callback };
      timers.push(timer);
      return () => void (timers = timers.filter((each) => each !== timer));
    },
  };
  watchUsage({
    clock,
    watch: (listener) => {
      news = listener;
      return () => {};
    },
    plan: () => plan,
    world: () => ({
      ...createWorld(plan),
      states: plan.processes.map((_, at) => (at === index ? state : { ...INITIAL_STATE, name: 'RUNNING', run: 9, pid: 9 })),
    }),
    look: (pids) => {
      acts.push(`look at ${pids.join(' ')}`);
      return bytes < 0 ? new Map() : new Map(pids.map((pid) => [pid, { bytes, cpuMs: 0 }]));
    },
    turn: (event) => {
      acts.push(JSON.stringify(event));
      news({ type: 'detail', fullName: 'web' });
    },
    publish: (event) => void acts.push(event.type),
    notice: (level, text) => void acts.push(`${level}: ${text}`),
  });
  const self = {
    uses: (next: number) => {
      bytes = next;
      return self;
    },
    becomes: (next: Partial<ProcessState>) => {
      state = { ...INITIAL_STATE, ...next };
      news({ type: 'detail', fullName: 'web' });
      return self;
    },
    /** To the next timer. */
    next: () => {
      const [timer] = timers;
      assert.ok(timer !== undefined);
      assert.equal(timers.length, 1);
      timers = [];
      now = timer.at;
      timer.callback();
      return self;
    },
    does: (...expected: readonly string[]) => {
      assert.deepEqual(acts.splice(0), expected);
      return self;
    },
    waits: (expected: number | null) => {
      assert.equal(timers[0]?.at ?? null, expected);
      return self;
    },
  };
  return self;
};

test('nothing to look at: no timer', () => {
  bench(null).waits(null).does();
  bench(MEMORY, { name: 'STARTING', run: 1, pid: 0 }).waits(null).becomes(RUNNING).waits(1000).does();
  bench(MEMORY, { name: 'STOPPING', run: 1, pid: 42 }).waits(null);
});

test('looked at from time to time, until it has ended', () => {
  const web = bench(MEMORY).waits(1000).next().does('look at 42').waits(6000);
  web.becomes({ name: 'EXITED', run: 1 }).waits(6000).next().does().waits(null);
  web.becomes({ ...RUNNING, run: 2 }).waits(7000);
});

test('one that cannot be seen is looked at again', () => {
  bench(MEMORY).uses(-1).next().does('look at 42').waits(2000);
});

test('too much: published, and the run is as unhealthy', () => {
  const event = { type: 'process', index: 1, event: { type: 'unhealthy', run: 1, reason: 'over memory_limit: 0 MiB of 0 MiB', outcome: 'retry' } };
  bench(MEMORY).uses(200).next().does('look at 42', 'processLimit', JSON.stringify(event)).waits(2000);
  const stop = { memory: { bytes: 100, action: 'stop' }, cpu: null } as const;
  bench(stop)
    .uses(200)
    .next()
    .does('look at 42', 'processLimit', JSON.stringify({ ...event, event: { ...event.event, outcome: 'stop' } }));
});

test('only told', () => {
  const told: UsageSettings = { memory: { bytes: 100, action: 'event' }, cpu: null };
  bench(told).uses(200).next().does('look at 42', 'processLimit', 'warn: web is over memory_limit: 0 MiB of 0 MiB').next().does('look at 42');
});
