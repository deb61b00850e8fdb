/** What starts a program beside the start of everything and commands: events of others, signals, connections, files. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Activation, SocketSpec, Trigger } from '../../../src/config/model/activation-model.ts';
import type { ProcessSpec } from '../../../src/config/model/model.ts';
import { INITIAL_STATE } from '../../../src/process/initial-state.ts';
import type { ProcessEvent, ProcessState } from '../../../src/process/types.ts';
import { hasOutsideTriggers, readyToStart } from '../../../src/world/triggers/activation.ts';
import { decideExit } from '../../../src/world/ending/exit-policy.ts';
import { isMeantAgain, isMeantByPresent, onWatched } from '../../../src/world/triggers/files.ts';
import { makePlan } from '../../../src/world/plan.ts';
import { movedEvent } from '../../../src/world/replan.ts';
import { heldAddresses } from '../../../src/world/triggers/sockets.ts';
import type { World, WorldEvent } from '../../../src/world/types.ts';
import { why } from '../../../src/world/show/why.ts';
import { createWorld, stepWorld } from '../../../src/world/world.ts';
import { modelOf, PLAIN_SERVICE, specOf } from '../../simulate/specs.ts';

const NOTHING: Activation = { sockets: [], startOn: [], idleStopMs: 0, acceptsConnections: false, watch: [] };
const waits = (name: string, startOn: readonly Trigger[], more: Partial<ProcessSpec> = {}, activation: Partial<Activation> = {}): ProcessSpec =>
  specOf(name, {
    startMs: 0,
    autostart: false,
    autorestart: 'never',
    ...more,
    service: { ...PLAIN_SERVICE, activation: { ...NOTHING, ...activation, startOn } },
  });
const on = (name: string, event: Extract<Trigger, { kind: 'program' }>['event']): Trigger => ({ kind: 'program', name, event });
const USR1: Trigger = { kind: 'signal', signal: 10 };

const play = (specs: readonly ProcessSpec[]) => {
  const plan = makePlan(modelOf(specs, 'never'), { stopGroupsOneByOne: false });
  let world: World = createWorld(plan);
  let now = 0;
  const said: string[] = [];
  const indexOf = (name: string): number => plan.processes.findIndex((spec) => spec.name === name);
  const self = {
    feed: (event: WorldEvent) => {
      now += 1;
      const result = stepWorld(plan, world, event, now);
      world = result.world;
      for (const effect of result.effects) if (effect.type === 'notice' && effect.text.startsWith('starting')) said.push(effect.text);
      return self;
    },
    tell: (name: string, make: (run: number) => ProcessEvent) =>
      self.feed({ type: 'process', index: indexOf(name), event: make(world.states[indexOf(name)]?.run ?? 0) }),
    up: (name: string) => self.tell(name, (run) => ({ type: 'spawned', run, pid: 100 + run, atMs: now })),
    ends: (name: string, code: number) =>
      self.tell(name, (run) => ({ type: 'exited', run, status: { code, signal: null, coreDumped: false }, groupEnded: true, atMs: now })),
    command: (verb: 'start' | 'stop', name: string) => self.feed({ type: 'commandRequested', verb, targets: [indexOf(name)] }),
    signal: (signal: number) => self.feed({ type: 'signalReceived', signal, hasTerminal: false }),
    is: (name: string, expected: ProcessState['name']) => {
      assert.equal(world.states[indexOf(name)]?.name, expected, name);
      return self;
    },
    said,
  };
  return self;
};

const plain = (name: string, more: Partial<ProcessSpec> = {}): ProcessSpec => specOf(name, { startMs: 0, autorestart: 'never', ...more });

test('a signal starts who waits for it, and is passed on to nobody', () => {
  const world = play([waits('job', [USR1]), plain('main')])
    .feed({ type: 'startUp' })
    .is('job', 'STOPPED');
  world.signal(10).is('job', 'STARTING');
  assert.deepEqual(world.said, ['starting job: received SIGUSR1 (start_on)']);
  world.up('job').is('job', 'RUNNING').signal(10).is('job', 'RUNNING');
  assert.equal(world.said.length, 1);
  world.ends('job', 0).is('job', 'EXITED').signal(10).is('job', 'STARTING');
  world.signal(15);
  world.signal(10);
  assert.equal(world.said.length, 2, 'not while everything ends');
});

test('each event of another program, and none but that', () => {
  const events = ['started', 'ready', 'completed', 'failed', 'exited', 'stopped', 'backoff', 'fatal'] as const;
  type Step = (world: ReturnType<typeof play>) => unknown;
  const after = (...steps: readonly Step[]): readonly string[] => {
    const slow = plain('it', { startRetries: 1, service: { ...PLAIN_SERVICE, readyOn: { kind: 'log', pattern: 'up' } } });
    const world = play([slow, ...events.map((event) => waits(event, [on('it', event)]))]).feed({ type: 'startUp' });
    for (const step of steps) step(world);
    return world.said.map((text) => text.replace(/^starting (\w+): it .*$/, '$1'));
  };
  const up: Step = (world) => world.up('it');
  const ready: Step = (world) => world.tell('it', (run) => ({ type: 'readinessReported', run }));
  const fails: Step = (world) => world.tell('it', (run) => ({ type: 'spawnFailed', run, reason: 'no', exitCode: 127 }));
  const later: Step = (world) => world.tell('it', (run) => ({ type: 'deadlineReached', run }));
  assert.deepEqual(after(up), ['started']);
  assert.deepEqual(after(ready, up), ['ready', 'started']);
  assert.deepEqual(after(up, ready), ['started', 'ready']);
  assert.deepEqual(
    after(up, (world) => world.ends('it', 0)),
    ['started', 'completed', 'exited'],
  );
  assert.deepEqual(
    after(up, (world) => world.ends('it', 3)),
    ['started', 'exited', 'failed'],
  );
  assert.deepEqual(
    after(up, (world) => world.command('stop', 'it').ends('it', 0)),
    ['started', 'stopped'],
  );
  assert.deepEqual(after(fails), ['backoff']);
  assert.deepEqual(
    after(fails, later, later, (world) => world.feed({ type: 'timePassed' })),
    ['backoff'],
  );
});

test('what is restarted has neither completed nor failed; what is given up has failed', () => {
  const again = play([plain('it', { autorestart: 'always' }), waits('a', [on('it', 'failed'), on('it', 'completed')]), waits('b', [on('it', 'exited')])]);
  again.feed({ type: 'startUp' }).up('it').ends('it', 3).is('it', 'EXITED').is('a', 'STOPPED').is('b', 'STARTING');
  const given = play([plain('it', { startRetries: 0 }), waits('a', [on('it', 'failed')]), waits('b', [on('it', 'fatal')])]).feed({ type: 'startUp' });
  given
    .tell('it', (run) => ({ type: 'spawnFailed', run, reason: 'no', exitCode: 127 }))
    .is('it', 'FATAL')
    .is('a', 'STARTING')
    .is('b', 'STARTING');
});

test('what nobody waits for starts nobody, and neither does the end of everything', () => {
  const world = play([plain('it'), plain('other'), waits('a', [on('it', 'started')])])
    .command('start', 'other')
    .up('other');
  assert.deepEqual(world.said, []);
  world.command('start', 'it').up('it').is('a', 'STARTING');
  world.signal(15).ends('it', 0).is('it', 'STOPPED');
  assert.equal(world.said.length, 1);
});

test('an event from outside starts those that are at rest, and those that are leaving never', () => {
  const world = play([waits('a', [USR1]), waits('b', [USR1])]).command('start', 'a');
  world.feed({ type: 'activated', targets: [0, 1, 7], reason: 'a connection waits' });
  assert.deepEqual(world.said, ['starting b: a connection waits (start_on)']);
  const leaving = play([waits('a', [USR1]), waits('b', [USR1])])
    .command('start', 'b')
    .feed({ type: 'reloadBegun', leaving: [0], isWhole: false });
  leaving.feed({ type: 'activated', targets: [0], reason: 'a connection waits' });
  assert.deepEqual(leaving.said, []);
  const moved = new Map([[1, 0]]);
  assert.deepEqual(movedEvent({ type: 'activated', targets: [0, 1], reason: 'x' }, moved), { type: 'activated', targets: [0], reason: 'x' });
});

test('who may be started, and when again: once in a second, what was given up not at all, connections as they come', () => {
  const plan = makePlan(modelOf([waits('a', [USR1]), waits('b', [], {}, { acceptsConnections: true })]), { stopGroupsOneByOne: false });
  const ask = (state: Partial<ProcessState>, index = 0, nowMs = 1500) =>
    readyToStart(plan, index === 0 ? [{ ...INITIAL_STATE, ...state }] : [INITIAL_STATE, { ...INITIAL_STATE, ...state }], [index], nowMs);
  const ended = { name: 'EXITED', run: 1, startedAtMs: 1000 } as const;
  assert.deepEqual(ask({}), { indices: [0], againAtMs: null });
  assert.deepEqual(ask(ended), { indices: [], againAtMs: 2000 });
  assert.deepEqual(ask(ended, 0, 2000), { indices: [0], againAtMs: null });
  assert.deepEqual(ask({ name: 'RUNNING' }), { indices: [], againAtMs: null });
  assert.deepEqual(ask({ ...ended, name: 'FATAL' }, 0, 5000), { indices: [], againAtMs: null });
  assert.deepEqual(ask(ended, 1), { indices: [1], againAtMs: null });
  assert.deepEqual(ask({ ...ended, name: 'FATAL' }, 1), { indices: [], againAtMs: 2000 });
  assert.deepEqual(readyToStart(plan, [], [0], 0), { indices: [0], againAtMs: null });
  const both = [
    { ...INITIAL_STATE, ...ended, startedAtMs: 1200 },
    { ...INITIAL_STATE, ...ended, name: 'FATAL' },
  ] as const;
  assert.deepEqual(readyToStart(plan, both, [0, 1], 1500), { indices: [], againAtMs: 2000 });
});

test('why it does not run', () => {
  const triggers: readonly Trigger[] = [{ kind: 'socket', name: 'web' }, { kind: 'path', pattern: '/x' }, on('db', 'failed'), USR1];
  const plan = makePlan(modelOf([waits('a', triggers), waits('b', [], {}, { watch: ['x'] })]), { stopGroupsOneByOne: false });
  const said = (index: number) => why(plan, createWorld(plan), index, { nowMs: 0, wallOffsetMs: 0 });
  assert.equal(said(0), 'a has never been started: it waits for socket:web, path:/x, program:db:failed, signal:USR1 (start_on), or a start command.');
  assert.equal(said(1), 'b has never been started: autostart=false waits for a start command.');
});

test('what the world does not see by itself', () => {
  const has = (...specs: readonly ProcessSpec[]): boolean => hasOutsideTriggers(makePlan(modelOf(specs), { stopGroupsOneByOne: false }));
  assert.equal(has(plain('a'), waits('b', [USR1, on('a', 'failed')])), false);
  assert.equal(has(waits('a', [{ kind: 'socket', name: 'x' }])), true);
  assert.equal(has(waits('a', [{ kind: 'path', pattern: '/x' }])), true);
  assert.equal(has(waits('a', [], {}, { watch: ['x'] })), true);
});

test('a container with a program that may be started again is not over', () => {
  const over = (spec: ProcessSpec) => decideExit(makePlan(modelOf([spec], 'all'), { stopGroupsOneByOne: false }), [{ ...INITIAL_STATE }]);
  assert.notEqual(over(waits('a', [], {}, { watch: ['x'] })), null);
  assert.equal(over(waits('a', [USR1])), null);
});

test('each address is held once, whoever uses it', () => {
  const socket = (name: string, port: number): SocketSpec => ({ name, addresses: [{ kind: 'tcp', host: '*', port }], mode: 0, owner: null, backlog: 1 });
  const specs = [plain('a'), waits('b', [], {}, { sockets: [socket('x', 1), socket('y', 2)] }), waits('c', [], {}, { sockets: [socket('x', 1)] })];
  const held = heldAddresses(makePlan(modelOf(specs), { stopGroupsOneByOne: false }));
  assert.deepEqual(
    held.map(({ socket: { name } }) => name),
    ['x', 'y'],
  );
});

test('a file that changes: what fails is started, what runs is restarted, what was stopped stays so', () => {
  const of = (name: ProcessState['name'], more: Partial<ProcessState> = {}) => onWatched({ ...INITIAL_STATE, name, ...more });
  assert.deepEqual([of('RUNNING'), of('STARTING'), of('BACKOFF')], ['restart', 'restart', 'restart']);
  assert.deepEqual([of('EXITED'), of('FATAL')], ['start', 'start']);
  assert.deepEqual([of('STOPPED'), of('STOPPING'), of('EXITED', { isHeld: true })], [null, null, null]);
});

test('a file that is there: not for what a run has left itself', () => {
  const ended: ProcessState = { ...INITIAL_STATE, name: 'EXITED', run: 1, stoppedAtMs: 1000 };
  assert.equal(isMeantByPresent(INITIAL_STATE, 0), true);
  assert.equal(isMeantByPresent({ ...INITIAL_STATE, isHeld: true }, 0), false);
  assert.deepEqual([isMeantByPresent(ended, 1001), isMeantByPresent(ended, 999)], [true, false]);
  assert.equal(isMeantByPresent({ ...ended, lingering: true }, 1001), false);
  assert.equal(isMeantByPresent({ ...ended, name: 'STOPPED' }, 1001), false);
  assert.deepEqual([isMeantAgain(ended), isMeantAgain({ ...ended, name: 'STOPPED' }), isMeantAgain({ ...ended, name: 'RUNNING' })], [true, false, null]);
});
