/** Who waits for whom: starts that are held, let go and given up, and the order of a stop. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProcessSpec } from '../../src/config/model/model.ts';
import type { Dependency } from '../../src/config/model/service-model.ts';
import type { ProcessEvent } from '../../src/process/types.ts';
import { waitsFor } from '../../src/world/dependencies.ts';
import { makePlan } from '../../src/world/plan.ts';
import type { World, WorldEvent } from '../../src/world/types.ts';
import { processViews } from '../../src/world/show/views.ts';
import { createWorld, stepWorld } from '../../src/world/world.ts';
import { PLAIN_SERVICE, modelOf, specOf } from '../simulate/specs.ts';

const on = (name: string, condition: Dependency['condition'] = 'started', isSoft = false): Dependency => ({ name, condition, isSoft });
const needs = (name: string, dependsOn: readonly Dependency[], more: Partial<ProcessSpec> = {}, service: Partial<ProcessSpec['service']> = {}): ProcessSpec =>
  specOf(name, { startMs: 0, ...more, service: { ...PLAIN_SERVICE, ...service, dependsOn } });
const oneshot = (name: string): ProcessSpec =>
  specOf(name, { startMs: 0, autorestart: 'never', service: { ...PLAIN_SERVICE, isOneshot: true, readyOn: { kind: 'exit' } } });
const plain = (name: string, more: Partial<ProcessSpec> = {}): ProcessSpec => specOf(name, { startMs: 0, ...more });
const slow = (name: string): ProcessSpec => plain(name, { service: { ...PLAIN_SERVICE, readyOn: { kind: 'log', pattern: 'up' } } });

const play = (specs: readonly ProcessSpec[], policy: Parameters<typeof modelOf>[1] = 'never', hasControl = false) => {
  const plan = makePlan(modelOf(specs, policy, hasControl), { stopGroupsOneByOne: false });
  let world: World = createWorld(plan);
  let now = 0;
  const said: string[] = [];
  const indexOf = (name: string): number => plan.processes.findIndex((spec) => spec.name === name);
  const self = {
    plan,
    feed: (event: WorldEvent) => {
      now += 1;
      const result = stepWorld(plan, world, event, now);
      world = result.world;
      for (const effect of result.effects) if (effect.type === 'notice') said.push(effect.text);
      return self;
    },
    start: () => self.feed({ type: 'startUp' }),
    command: (verb: 'start' | 'stop' | 'restart', name: string) => self.feed({ type: 'commandRequested', verb, targets: [indexOf(name)] }),
    tell: (name: string, make: (run: number) => ProcessEvent) =>
      self.feed({ type: 'process', index: indexOf(name), event: make(world.states[indexOf(name)]?.run ?? 0) }),
    up: (name: string) => self.tell(name, (run) => ({ type: 'spawned', run, pid: 100 + run, atMs: now })),
    ready: (name: string) => self.tell(name, (run) => ({ type: 'readinessReported', run })),
    ends: (name: string, code: number) =>
      self.tell(name, (run) => ({ type: 'exited', run, status: { code, signal: null, coreDumped: false }, groupEnded: true, atMs: now })),
    is: (expected: Readonly<Record<string, string>>) => {
      const shown = Object.fromEntries(
        plan.processes.map(({ name }, index) => [name, `${world.states[index]?.name}${world.states[index]?.isHeld === true ? ' held' : ''}`]),
      );
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, shown[name]])), expected);
      return self;
    },
    describes: (name: string) => processViews(plan, world, { nowMs: now, wallOffsetMs: 0 })[indexOf(name)]?.description,
    said,
    world: () => world,
  };
  return self;
};

test('a start waits for its dependencies, each with its condition', () => {
  const all = play([slow('db'), oneshot('migrate'), plain('cache'), needs('app', [on('db', 'ready'), on('migrate', 'completed'), on('cache')])]).start();
  all.is({ db: 'STARTING', migrate: 'STARTING', cache: 'STARTING', app: 'STOPPED held' });
  assert.equal(all.describes('app'), 'waiting for db:ready, migrate:completed, cache');
  all.up('db').up('cache').up('migrate').is({ app: 'STOPPED held' });
  assert.equal(all.describes('app'), 'waiting for db:ready, migrate:completed');
  all.ends('migrate', 0).is({ migrate: 'EXITED', app: 'STOPPED held' });
  all.ready('db').is({ app: 'STARTING' });
});

test('chains go link by link; several processes of one name are all waited for', () => {
  const two = ['w1', 'w2'].map((name) => plain(name, { group: 'workers' }));
  const chain = play([plain('a'), needs('b', [on('a')]), needs('c', [on('b'), on('workers')]), ...two]).start();
  chain.is({ a: 'STARTING', b: 'STOPPED held', c: 'STOPPED held' }).up('a').is({ b: 'STARTING', c: 'STOPPED held' });
  chain.up('b').up('w1').is({ c: 'STOPPED held' }).up('w2').is({ c: 'STARTING' });
});

test('a dependency that is not started by itself is started with the first that needs it, by a command too', () => {
  play([plain('db', { autostart: false }), needs('app', [on('db')])])
    .start()
    .is({ db: 'STARTING', app: 'STOPPED held' })
    .up('db')
    .is({ app: 'STARTING' });
  const later = play([plain('db', { autostart: false }), needs('app', [on('db')], { autostart: false })])
    .start()
    .is({ db: 'STOPPED', app: 'STOPPED' });
  later.command('start', 'app').is({ db: 'STARTING', app: 'STOPPED held' }).command('stop', 'app').is({ app: 'STOPPED' }).up('db').is({ app: 'STOPPED' });
});

test('what has come stays: a dependency that restarts does not hold anybody again', () => {
  play([plain('db'), needs('app', [on('db')])])
    .start()
    .up('db')
    .up('app')
    .ends('db', 1)
    .is({ db: 'EXITED', app: 'RUNNING' });
});

test('ordering only: waited for while it is on its way, not when it has failed or is not wanted', () => {
  const soft = (cache: ProcessSpec) => play([cache, needs('app', [on('cache', 'ready', true)])]).start();
  soft(slow('cache')).is({ app: 'STOPPED held' }).up('cache').is({ app: 'STOPPED held' }).ready('cache').is({ app: 'STARTING' });
  soft(plain('cache', { autostart: false })).is({ cache: 'STOPPED', app: 'STARTING' });
  soft(plain('cache', { startMs: 9, startRetries: 0 }))
    .up('cache')
    .ends('cache', 1)
    .is({ cache: 'FATAL', app: 'STARTING' });
});

const failing = plain('db', { startMs: 1000, startRetries: 0 });

test('a failure before the start: not started, FATAL too, or no matter', () => {
  const stop = play([failing, needs('app', [on('db')])], 'all')
    .start()
    .up('db')
    .ends('db', 3)
    .is({ db: 'FATAL', app: 'STOPPED' });
  assert.ok(stop.said.includes('not started: app depends on db, which has failed'));
  assert.ok(stop.said.includes('exiting with code 3: db has ended (exit_policy=all)'));
  const fatal = play([failing, needs('app', [on('db')], {}, { onDependencyFailure: 'fatal' }), needs('top', [on('app')])]).start();
  fatal.up('db').ends('db', 3).is({ db: 'FATAL', app: 'FATAL', top: 'STOPPED' });
  play([failing, needs('app', [on('db')], {}, { onDependencyFailure: 'ignore' })])
    .start()
    .up('db')
    .ends('db', 3)
    .is({ app: 'STARTING' });
  const both = play([failing, slow('cache'), needs('app', [on('db'), on('cache', 'ready')], {}, { onDependencyFailure: 'ignore' })]).start();
  both.up('db').ends('db', 3).is({ app: 'STOPPED held' }).up('cache').ready('cache').is({ app: 'STARTING' });
});

test('a oneshot that fails has not completed; a program that ends well before it was ready has', () => {
  play([oneshot('migrate'), needs('app', [on('migrate', 'completed')])])
    .start()
    .up('migrate')
    .ends('migrate', 2)
    .is({ app: 'STOPPED' });
  const early = play([{ ...slow('init'), autorestart: 'never' }, needs('app', [on('init', 'ready')])]).start();
  early.up('init').ends('init', 0).is({ app: 'STARTING' });
});

test('a failure under living dependants: stopped, FATAL, or no matter', () => {
  const once = plain('db', { autorestart: 'never' });
  const run = (onDependencyFailure: ProcessSpec['service']['onDependencyFailure'], isSoft = false) =>
    play([once, needs('app', [on('db', 'started', isSoft)], {}, { onDependencyFailure })])
      .start()
      .up('db')
      .up('app')
      .ends('db', 1);
  const stopped = run('stop').is({ db: 'EXITED', app: 'STOPPING' });
  assert.ok(stopped.said.includes('stopping app: db, which it depends on, has failed'));
  stopped.ends('app', 0).is({ app: 'STOPPED' });
  run('fatal').is({ app: 'STOPPING' }).ends('app', 0).is({ app: 'FATAL' });
  run('ignore').is({ app: 'RUNNING' });
  run('stop', true).is({ app: 'RUNNING' });
});

test('an operator may start again what failed, and with it what waits', () => {
  const again = play([failing, needs('app', [on('db')])], 'never', true)
    .start()
    .up('db')
    .ends('db', 3)
    .is({ app: 'STOPPED' });
  again.command('start', 'app').is({ db: 'STARTING', app: 'STOPPED held' });
});

test('a stop cancels what waits', () => {
  play([slow('db'), needs('app', [on('db', 'ready')])])
    .start()
    .up('db')
    .feed({ type: 'stopEverythingRequested' })
    .is({ db: 'STOPPING', app: 'STOPPED' });
});

test('a stop goes against the dependencies, and by priority where there are none', () => {
  const waves = (specs: readonly ProcessSpec[]) => {
    const { plan } = play(specs);
    return plan.stopWaves.map((wave) => wave.map((index) => plan.processes[index]?.name));
  };
  assert.deepEqual(waves([plain('db'), needs('app', [on('db')]), needs('web', [on('app')])]), [['web'], ['app'], ['db']]);
  // Priorities say db first; dependencies win.
  assert.deepEqual(waves([plain('db', { priority: 999 }), needs('app', [on('db')], { priority: 1 })]), [['app'], ['db']]);
  assert.deepEqual(waves([plain('db', { priority: 1 }), needs('app', [on('db')], { priority: 5 }), plain('z', { priority: 9 })]), [['z'], ['app'], ['db']]);
});

test('a restart of what still waits goes on waiting, of what is down begins to', () => {
  const all = play([slow('db'), needs('app', [on('db', 'ready')])])
    .command('restart', 'app')
    .is({ db: 'STARTING', app: 'STOPPED held' });
  all.command('restart', 'app').is({ app: 'STOPPED held' });
  all.up('db').ready('db').is({ app: 'STARTING' });
});

test('what is not there waits for nothing', () => {
  const { plan } = play([plain('a'), needs('app', [on('a')])]);
  assert.deepEqual(waitsFor(plan, [], 9), ['its turn']);
  assert.deepEqual(waitsFor(plan, [], 1), ['a']);
});

test('a name that nobody has any more is nothing to wait for', () => {
  play([needs('app', [on('gone')])])
    .start()
    .is({ app: 'STARTING' });
});

test('a program may end everything: by its failure, or by its success', () => {
  const verdict = (service: Partial<ProcessSpec['service']>, code: number) => {
    const spec = plain('job', { autorestart: 'never', service: { ...PLAIN_SERVICE, ...service } });
    const all = play([spec, plain('web')])
      .start()
      .up('job')
      .up('web')
      .ends('job', code);
    return all.said.find((text) => text.startsWith('exiting')) ?? null;
  };
  assert.equal(verdict({ onFailure: 'stop-all' }, 4), 'exiting with code 4: job has ended (on_failure=stop-all)');
  assert.equal(verdict({ onFailure: 'stop-all' }, 0), null);
  assert.equal(verdict({ successStopsAll: true }, 0), 'exiting with code 0: job has ended (success_exit_stops_all)');
  assert.equal(verdict({ successStopsAll: true }, 4), null);
});

test('on_failure=ignore keeps a failure out of the exit code', () => {
  const spec = plain('job', { autorestart: 'never', service: { ...PLAIN_SERVICE, onFailure: 'ignore' } });
  const all = play([spec], 'all').start().up('job').ends('job', 4);
  assert.ok(all.said.includes('exiting with code 0: every program has ended as expected (exit_policy=all)'));
});
