/** Connections, files and idleness, as the engine follows them: when a socket is waited for, what starts and stops, and when. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Activation, Trigger } from '../../../src/config/model/activation-model.ts';
import type { ProcessSpec } from '../../../src/config/model/model.ts';
import { watchConnections } from '../../../src/engine/features/activation.ts';
import { followFiles } from '../../../src/engine/features/file-triggers.ts';
import { stopIdle } from '../../../src/engine/features/idle.ts';
import { handedOver, socketVariables } from '../../../src/engine/listening.ts';
import type { NewsItem } from '../../../src/engine/news.ts';
import type { FileChanges } from '../../../src/kernel/files/file-watch.ts';
import { INITIAL_STATE } from '../../../src/process/initial-state.ts';
import type { ProcessState } from '../../../src/process/types.ts';
import { makePlan } from '../../../src/world/plan.ts';
import type { World } from '../../../src/world/types.ts';
import type { Transition } from '../../../src/world/show/views.ts';
import { createWorld } from '../../../src/world/world.ts';
import { modelOf, PLAIN_SERVICE, specOf } from '../../simulate/specs.ts';
import { fakeClock } from '../support/bench.ts';

const SOCKET = { name: 'web', addresses: [{ kind: 'tcp', host: '*', port: 80 }], mode: 0, owner: null, backlog: 1 } as const;
const ON_SOCKET: Trigger = { kind: 'socket', name: 'web' };
const specWith = (name: string, activation: Partial<Activation>): ProcessSpec =>
  specOf(name, { service: { ...PLAIN_SERVICE, activation: { sockets: [], startOn: [], idleStopMs: 0, acceptsConnections: false, watch: [], ...activation } } });

/** A world that the test writes itself, and everything that is asked of it. */
const stage = (specs: readonly ProcessSpec[]) => {
  const plan = makePlan(modelOf(specs), { stopGroupsOneByOne: false });
  const clock = fakeClock();
  const acts: string[] = [];
  let world: World = createWorld(plan);
  const listeners: ((item: NewsItem) => void)[] = [];
  const tell = (item: NewsItem): void => listeners.forEach((listener) => listener(item));
  return {
    plan,
    clock,
    ports: {
      clock,
      plan: () => plan,
      world: () => world,
      watch: (listener: (item: NewsItem) => void) => {
        listeners.push(listener);
        return () => {};
      },
      turn: (event: { readonly type: string; readonly targets?: readonly number[]; readonly reason?: string; readonly verb?: string }) =>
        void acts.push(`${event.verb ?? event.type} ${event.targets?.join(' ')}${event.reason === undefined ? '' : `: ${event.reason}`}`),
      notice: (_level: string, text: string) => void acts.push(text),
    },
    acts: () => acts.splice(0),
    tell,
    set: (index: number, state: Partial<ProcessState>) => {
      const before = world.states[index] ?? INITIAL_STATE;
      const after = { ...before, ...state };
      world = { ...world, states: world.states.map((each, at) => (at === index ? after : each)) };
      tell({ type: 'transition', transition: { index, from: before.name, to: after.name, run: after.run } as unknown as Transition });
    },
    phase: (phase: World['phase']) => {
      const from = world.phase;
      world = { ...world, phase };
      tell({ type: 'phase', from, to: phase });
    },
  };
};

/** The sockets that init holds, played. */
const playHeld = () => {
  const armed = new Map<number, () => void>();
  const states = new Map<number, 'open' | number>([[0, 'open']]);
  return {
    armed,
    states,
    held: {
      arm: (index: number, callback: () => void) => void armed.set(index, callback),
      disarm: (index: number) => void armed.delete(index),
      stateOf: (index: number) => states.get(index) ?? ('asked' as const),
    },
    come: (index: number) => {
      const callback = armed.get(index);
      armed.delete(index);
      callback?.();
    },
  };
};

test('a socket is waited for while its program is at rest, and again when it has ended, a second after its start', () => {
  const { ports, clock, set, acts, phase } = stage([specWith('web', { sockets: [SOCKET], startOn: [ON_SOCKET] })]);
  const { held, armed, come } = playHeld();
  watchConnections({ ...ports, held, holdAgain: () => assert.fail('all is open') });
  assert.deepEqual([...armed.keys()], [0]);
  come(0);
  assert.deepEqual(acts(), ['activated 0: a connection waits on the socket web']);
  set(0, { name: 'STARTING', run: 1, startedAtMs: 0 });
  assert.equal(armed.size, 0);
  set(0, { name: 'RUNNING', pid: 5 });
  set(0, { name: 'EXITED', pid: 0 });
  assert.equal(armed.size, 0, 'it has just been started');
  clock.advanceTo(1000);
  assert.equal(armed.size, 1);
  phase('stopping');
  assert.equal(armed.size, 0);
});

test('connections are taken one by one, each by one that is free', () => {
  const activation = { sockets: [SOCKET], startOn: [ON_SOCKET], acceptsConnections: true };
  const { ports, set, acts } = stage([specWith('a', activation), specWith('b', activation)]);
  const { held, armed, come } = playHeld();
  watchConnections({ ...ports, held, holdAgain: () => {} });
  come(0);
  set(0, { name: 'STARTING', run: 1 });
  assert.equal(armed.size, 0, 'init has not taken the connection yet');
  set(0, { name: 'RUNNING', pid: 5 });
  come(0);
  set(1, { name: 'STARTING', run: 2 });
  set(1, { name: 'RUNNING', pid: 6 });
  assert.equal(armed.size, 0, 'nobody is free');
  set(0, { name: 'EXITED', pid: 0 });
  come(0);
  assert.deepEqual(
    acts(),
    [0, 1, 0].map((index) => `activated ${index}: a connection waits on the socket web`),
  );
});

test('what cannot be opened fails its program, and is tried again when that has got it open', () => {
  const { ports, set, acts } = stage([specWith('web', { sockets: [SOCKET], startOn: [ON_SOCKET] }), specOf('zoo')]);
  const { held, states, armed } = playHeld();
  let tries = 0;
  states.delete(0);
  const onAnswer = watchConnections({ ...ports, held, holdAgain: () => (tries += 1) });
  assert.equal(armed.size, 0);
  states.set(0, 98);
  onAnswer();
  assert.deepEqual(acts(), ['activated 0: the socket web cannot be opened']);
  set(0, { name: 'FATAL', run: 3 });
  onAnswer();
  assert.deepEqual(acts(), []);
  set(1, { name: 'RUNNING', run: 4 });
  assert.equal(tries, 0);
  set(0, { name: 'RUNNING', run: 5 });
  assert.equal(tries, 1);
});

test('another plan has other addresses', () => {
  const { ports, plan, tell } = stage([specWith('web', { sockets: [SOCKET], startOn: [ON_SOCKET] })]);
  const { held, armed } = playHeld();
  watchConnections({ ...ports, held, holdAgain: () => {} });
  armed.clear();
  tell({ type: 'plan', from: plan, to: makePlan(modelOf([specOf('web')]), { stopGroupsOneByOne: false }), isWhole: false });
  assert.equal(armed.size, 0);
});

const STOPPED: Partial<ProcessState> = { name: 'STOPPED', pid: 0 };

test('idle: stopped when nobody has been connected for the whole span, and what cannot be known is not idle', () => {
  const { ports, clock, set, acts, phase } = stage([specWith('web', { sockets: [SOCKET], idleStopMs: 10_000 }), specOf('zoo')]);
  let connections: number | null = 1;
  stopIdle({ ...ports, connections: () => connections });
  set(1, { name: 'RUNNING', run: 1 });
  set(0, { name: 'RUNNING', run: 2 });
  clock.advanceTo(30_000);
  connections = null;
  clock.advanceTo(60_000);
  connections = 0;
  clock.advanceTo(69_000);
  assert.deepEqual(acts(), []);
  phase('reloading');
  clock.advanceTo(75_000);
  assert.deepEqual(acts(), []);
  phase('running');
  clock.advanceTo(77_000);
  assert.deepEqual(acts(), ['stopping web: nobody has been connected for 10 seconds (idle_stop)', 'stop 0']);
  set(0, STOPPED);
  set(0, { name: 'RUNNING', run: 3 });
  set(0, STOPPED);
  clock.advanceTo(100_000);
  assert.deepEqual(acts(), []);
  assert.deepEqual(clock.armed(), []);
});

test('idle: a successor begins anew', () => {
  const { ports, clock, set, acts } = stage([specWith('web', { sockets: [SOCKET], idleStopMs: 1000 })]);
  set(0, { name: 'RUNNING', run: 2 });
  stopIdle({ ...ports, connections: () => 0 });
  clock.advanceTo(1500);
  assert.equal(acts().length, 2);
});

const NO_CHANGES: FileChanges = { appeared: [], changed: [], gone: [] };

const withFiles = (spec: ProcessSpec, present: Readonly<Record<string, number>> = {}) => {
  const scene = stage([spec]);
  const followed: { readonly patterns: readonly string[]; readonly onChanges: (changes: FileChanges) => void; readonly onProblem: (text: string) => void }[] =
    [];
  let ended = 0;
  const begin = () =>
    followFiles({
      ...scene.ports,
      wallMs: () => 1_000_000 + scene.clock.nowMs(),
      follow: (_spec, patterns, onChanges, onProblem) => {
        followed.push({ patterns, onChanges, onProblem });
        const files = new Map(Object.entries(present).map(([path, changedAtMs]) => [path, { changedAtMs }]));
        return { present: () => files, end: () => void (ended += 1) };
      },
    });
  return {
    ...scene,
    begin,
    followed,
    ended: () => ended,
    change: (changes: Partial<FileChanges>) => followed.at(-1)?.onChanges({ ...NO_CHANGES, ...changes }),
  };
};

const ON_PATH = { startOn: [{ kind: 'path', pattern: '/in/*' } as const] };

test('a path starts it: what is there, what appears, what appears while it runs', () => {
  const files = withFiles(specWith('job', ON_PATH), { '/in/a': 5 });
  files.begin();
  assert.deepEqual(files.acts(), ['activated 0: /in/a is there']);
  files.set(0, { name: 'RUNNING', run: 1, startedAtMs: 0 });
  files.change({ appeared: ['/in/b', '/in/c'] });
  files.change({ changed: ['/in/a'], gone: ['/in/c'] });
  assert.deepEqual(files.acts(), []);
  files.set(0, { name: 'EXITED', stoppedAtMs: 500 });
  assert.deepEqual(files.acts(), [], 'a second after its start');
  files.clock.advanceTo(1000);
  assert.deepEqual(files.acts(), ['activated 0: /in/b is there']);
  files.set(0, { name: 'RUNNING', run: 2, startedAtMs: 1000 });
  files.change({ appeared: ['/in/d'] });
  files.set(0, { name: 'STOPPED' });
  files.clock.advanceTo(5000);
  assert.deepEqual(files.acts(), [], 'a command has stopped it');
  files.phase('stopping');
  files.change({ appeared: ['/in/e'] });
  assert.deepEqual(files.acts(), []);
});

test('a successor starts it for what came while nobody looked, and for nothing older; another plan begins anew', () => {
  const files = withFiles(specWith('job', ON_PATH), { '/in/old': 1_000_400, '/in/new': 1_000_600 });
  files.set(0, { name: 'EXITED', run: 1, startedAtMs: 0, stoppedAtMs: 500 });
  files.clock.advanceTo(2000);
  files.begin();
  assert.deepEqual(files.acts(), ['activated 0: /in/new is there']);
  files.followed[0]?.onProblem('no more');
  assert.deepEqual(files.acts(), ['start_on of job: no more']);
  files.tell({ type: 'plan', from: files.plan, to: files.plan, isWhole: false });
  assert.deepEqual([files.ended(), files.followed.length], [1, 2]);
  files.tell({ type: 'detail', fullName: 'job' });
});

test('a file that changes: told once for all of them, with what comes of it', () => {
  const files = withFiles(specWith('web', { watch: ['src/**'] }), { '/a': 1 });
  files.begin();
  assert.deepEqual(files.acts(), ['watching 1 file for web (watch)']);
  files.change({ changed: ['/a'] });
  assert.deepEqual(files.acts(), [], 'it was never started');
  files.set(0, { name: 'RUNNING', run: 1 });
  files.change({ changed: ['/a'], appeared: ['/b'] });
  files.change({ appeared: ['/c'] });
  files.set(0, { name: 'EXITED' });
  files.change({ gone: ['/c'] });
  files.phase('stopping');
  files.change({ gone: ['/b'] });
  files.followed[0]?.onProblem('no more');
  assert.deepEqual(files.acts(), [
    'restarting web: /a has changed, and 1 more (watch)',
    'restart 0',
    'restarting web: /c has appeared (watch)',
    'restart 0',
    'starting web: /c has gone (watch)',
    'start 0',
    'watch of web: no more',
  ]);
});

test('what a program is handed, and what it finds in its environment', () => {
  const two = { ...SOCKET, name: 'two', addresses: [{ kind: 'unix', path: '/x' } as const, { kind: 'tcp', host: '::1', port: 81 } as const] };
  const spec = specWith('web', { sockets: [SOCKET, two] });
  const tcp = { backlog: 1, mode: 0, owner: null };
  assert.deepEqual(handedOver(spec), {
    sockets: [
      { ...tcp, address: '*', port: 80 },
      { ...tcp, address: '/x', port: null },
      { ...tcp, address: '::1', port: 81 },
    ],
  });
  assert.deepEqual(socketVariables(spec).slice(0, 2), [
    ['LISTEN_FDS', '3'],
    ['LISTEN_FDNAMES', 'web:two:two'],
  ]);
  const taker = specWith('web', { sockets: [SOCKET], acceptsConnections: true });
  assert.deepEqual([handedOver(taker), socketVariables(taker)], [{ accept: { ...tcp, address: '*', port: 80 } }, []]);
  assert.deepEqual([handedOver(specOf('x')), socketVariables(specOf('x'))], [{}, []]);
});
