/** The corners of the world step that whole scenarios do not reach, and its cost with 1,000 programs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INITIAL_STATE } from '../../src/process/initial-state.ts';
import type { ProcessSpec } from '../../src/config/model/model.ts';
import { makePlan } from '../../src/world/plan.ts';
import type { World, WorldEvent } from '../../src/world/types.ts';
import { createWorld, nextDeadlineMs, stepWorld } from '../../src/world/world.ts';
import { createMachine } from '../../src/simulate/machine.ts';
import { modelOf, NOTIFIER, specOf } from '../simulate/specs.ts';

const planOf = (names: readonly string[], policy: Parameters<typeof modelOf>[1] = 'never') =>
  makePlan(
    modelOf(
      names.map((name) => specOf(name)),
      policy,
    ),
    { stopGroupsOneByOne: false },
  );

const play = (plan: ReturnType<typeof planOf>, events: readonly (readonly [atMs: number, event: WorldEvent])[]) => {
  let world = createWorld(plan);
  let shown: readonly string[] = [];
  for (const [atMs, event] of events) {
    const result = stepWorld(plan, world, event, atMs);
    world = result.world;
    shown = result.effects.map((effect) => {
      if (effect.type === 'notice') return `${effect.level}: ${effect.text}`;
      return effect.type === 'exit' ? `exit ${effect.code}` : effect.type;
    });
  }
  return { world, shown };
};

const START: readonly [number, WorldEvent] = [0, { type: 'startUp' }];
const signal = (number: number): WorldEvent => ({ type: 'signalReceived', signal: number, hasTerminal: false });
const STOP: WorldEvent = { type: 'stopEverythingRequested' };

test('an event that changes nothing leaves the very same world', () => {
  const plan = planOf(['web']);
  const world = createWorld(plan);
  for (const event of [signal(17), { type: 'outputDrained' }, { type: 'swept' }, { type: 'timePassed' }, { type: 'resumed' }] satisfies WorldEvent[]) {
    assert.equal(stepWorld(plan, world, event, 5).world, world);
  }
  assert.equal(stepWorld(plan, world, { type: 'process', index: 9, event: { type: 'startRequested' } }, 5).world, world);
  assert.equal(stepWorld(plan, world, { type: 'commandRequested', verb: 'start', targets: [9] }, 5).world, world);
});

test('every stop signal stops, whatever its name', () => {
  for (const [number, name] of [
    [2, 'SIGINT'],
    [3, 'SIGQUIT'],
    [15, 'SIGTERM'],
    [30, 'SIGPWR'],
    [37, 'SIGRTMIN+3'],
  ] as const) {
    const { world, shown } = play(planOf(['web']), [[0, signal(number)]]);
    assert.equal(world.phase, 'sweeping');
    assert.deepEqual(shown, [`warn: stopping everything: ${name}`, 'announceStop', 'sweep']);
  }
});

/** With these programs running: what a signal from there comes to. */
const passOn = (specs: readonly ProcessSpec[], number: number, sender?: { readonly pid: number; readonly uid: number }) => {
  const plan = makePlan(modelOf(specs, 'never'), { stopGroupsOneByOne: false });
  let world = stepWorld(plan, createWorld(plan), { type: 'startUp' }, 0).world;
  for (const [index, { run }] of world.states.entries())
    world = stepWorld(plan, world, { type: 'process', index, event: { type: 'spawned', run, pid: 100 + index, atMs: 0 } }, 0).world;
  return stepWorld(plan, world, { type: 'signalReceived', signal: number, hasTerminal: false, ...(sender && { sender }) }, 1).effects;
};
const PERSON = { pid: -1, uid: 0 };

test('a signal that means nothing here goes to those that catch it, and the log says so', () => {
  const plain = [specOf('a'), specOf('b')];
  assert.deepEqual(passOn(plain, 10, PERSON), [
    { type: 'notice', index: null, level: 'info', text: 'passing on SIGUSR1 to 2 programs, where they catch it' },
    { type: 'forward', signal: 10, runs: [1, 2], isCaught: true },
  ]);
  // What is stopped goes on.
  assert.deepEqual(passOn([specOf('a')], 18, PERSON), [
    { type: 'notice', index: null, level: 'info', text: 'passing on SIGCONT to 1 program' },
    { type: 'forward', signal: 18, runs: [1], isCaught: false },
  ]);
  // Of a terminal there are many.
  for (const sender of [PERSON, { pid: 0, uid: 0 }])
    assert.deepEqual(passOn(plain, 28, sender)[0], {
      type: 'notice',
      index: null,
      level: 'debug',
      text: 'passing on SIGWINCH to 2 programs, where they catch it',
    });
  assert.deepEqual(passOn(plain, 10)[0], { type: 'notice', index: null, level: 'debug', text: 'passing on SIGUSR1 to 2 programs, where they catch it' });
});

test("TTIN and TTOU are somebody's wish unless the terminal sends them; CHLD is nobody's", () => {
  for (const number of [21, 22]) {
    assert.equal(passOn([specOf('a')], number, PERSON).at(-1)?.type, 'forward');
    assert.deepEqual(passOn([specOf('a')], number, { pid: 0, uid: 0 }), []);
  }
  assert.deepEqual(passOn([specOf('a')], 17, PERSON), []);
});

test('forward_signals: all, none, or those that are named, caught or not', () => {
  const specs = [specOf('a'), specOf('b', { forwarding: 'all' }), specOf('c', { forwarding: [10, 20] }), specOf('d', { forwarding: [] })];
  assert.deepEqual(passOn(specs, 10, PERSON), [
    { type: 'notice', index: null, level: 'info', text: 'passing on SIGUSR1 to 3 programs, to 1 where they catch it' },
    { type: 'forward', signal: 10, runs: [2, 3], isCaught: false },
    { type: 'forward', signal: 10, runs: [1], isCaught: true },
  ]);
  // A suspended program hangs: TSTP goes to who is said to want it.
  assert.deepEqual(passOn(specs, 20, PERSON).slice(1), [{ type: 'forward', signal: 20, runs: [3], isCaught: false }]);
  assert.deepEqual(passOn([specOf('d', { forwarding: [] })], 64, PERSON), [
    {
      type: 'notice',
      index: null,
      level: 'info',
      text: 'ignored SIGRTMIN+30: it means nothing to tsinit, and no program that runs is passed it on (forward_signals)',
    },
  ]);
  assert.deepEqual(play(planOf(['web']), [[0, signal(32)]]).shown, [
    'debug: ignored signal 32: it means nothing to tsinit, and no program that runs is passed it on (forward_signals)',
  ]);
});

test('stop_signals says which signals stop; the new size of a terminal never does', () => {
  const model = modelOf([specOf('web')]);
  const plan = makePlan({ ...model, supervisor: { ...model.supervisor, stopSignals: [28, 1] } }, { stopGroupsOneByOne: false });
  for (const [number, name] of [
    [28, 'SIGWINCH'],
    [1, 'SIGHUP'],
  ] as const)
    assert.equal(play(plan, [[0, signal(number)]]).shown[0], `warn: stopping everything: ${name}`);
  assert.equal(play(plan, [START, [1, { type: 'signalReceived', signal: 28, hasTerminal: true }]]).world.phase, 'running');
  assert.equal(play(plan, [START, [1, signal(15)]]).world.phase, 'running', 'what is not listed stops nothing');
  assert.equal(play(planOf(['web']), [START, [1, signal(28)]]).world.phase, 'running');
});

test('a new size of a window is nothing to supervisord, with a terminal or without', () => {
  const peer = makePlan(modelOf([specOf('web')]), { stopGroupsOneByOne: true, signalsLikeSupervisord: true });
  const { world, shown } = play(peer, [[0, signal(28)]]);
  assert.equal(world.phase, 'running');
  assert.deepEqual(shown, ['debug: ignored SIGWINCH: it means nothing to supervisord']);
});

test('a suspend key freezes no program, and the log says so', () => {
  const { world, shown } = play(planOf(['web']), [START, [1, signal(20)]]);
  assert.equal(world.phase, 'running');
  assert.deepEqual(shown, ['info: ignored SIGTSTP: a container cannot be suspended from its keyboard']);
});

test('a second wish to stop forces nothing', () => {
  const again = play(planOf(['web']), [START, [1, STOP], [2, signal(2)]]);
  assert.deepEqual(again.shown, ['warn: ignored SIGINT: everything is being stopped already']);
  assert.deepEqual(play(planOf(['web']), [START, [1, STOP], [2, STOP]]).shown, []);
});

test('who is waited for is said again every three seconds', () => {
  const { world, shown } = play(planOf(['web', 'db']), [START, [1, STOP], [3001, { type: 'timePassed' }]]);
  assert.deepEqual(shown, ['info: waiting for db, web to end']);
  assert.equal(nextDeadlineMs(world), 6001);
});

test('an exit does not wait for ever for a reader of the output', () => {
  const { world, shown } = play(planOf([]), [START, [1, STOP], [5, { type: 'swept' }], [2005, { type: 'timePassed' }]]);
  assert.deepEqual(shown, ['warn: output could not be written within 2 seconds: nobody reads it', 'exit 0']);
  assert.equal(world.deadlineMs, null);
});

test('a successor asks again for what its phase waits for', () => {
  const plan = planOf(['web']);
  const resume = (before: readonly (readonly [number, WorldEvent])[]): readonly string[] => play(plan, [...before, [9, { type: 'resumed' }]]).shown;
  assert.deepEqual(resume([START]), []);
  assert.deepEqual(resume([START, [1, STOP]]), ['announceStop']);
  assert.deepEqual(resume([[1, STOP]]), ['sweep']);
  assert.deepEqual(
    resume([
      [1, STOP],
      [2, { type: 'swept' }],
    ]),
    ['drain'],
  );
  assert.deepEqual(
    resume([
      [1, STOP],
      [2, { type: 'swept' }],
      [3, { type: 'outputDrained' }],
    ]),
    ['exit 0'],
  );
  const undecided: World = { ...createWorld(plan), phase: 'ended' };
  assert.deepEqual(stepWorld(plan, undecided, { type: 'resumed' }, 1).effects, [{ type: 'exit', code: 0 }]);
});

test('who asked for the end is told, and kept with the decision', () => {
  const plan = planOf(['web']);
  const senders = [
    [{ pid: 12, uid: 1000 }, ', sent by process 12 of user 1000'],
    [{ pid: 0, uid: 0 }, ', sent by the kernel'],
    [{ pid: -1, uid: 5 }, ', sent by user 5 from outside of this container'],
  ] as const;
  for (const [sender, told] of senders) {
    const { world, shown } = play(plan, [[0, { type: 'signalReceived', signal: 15, hasTerminal: false, sender }]]);
    assert.equal(shown[0], `warn: stopping everything: SIGTERM${told}`);
    assert.deepEqual(world.decision, { cause: 'requested', atMs: 0, by: { kind: 'signal', signal: 15, ...sender } });
  }
  const asked = play(plan, [[0, { type: 'stopEverythingRequested', client: 'admin (user 0)' }]]);
  assert.equal(asked.shown[0], 'warn: stopping everything: a command of admin (user 0)');
  assert.deepEqual(asked.world.decision, { cause: 'requested', atMs: 0, by: { kind: 'client', name: 'admin (user 0)' } });
  assert.equal(
    play(plan, [
      [0, STOP],
      [1, STOP],
    ]).shown.length,
    0,
  );
  const peer = makePlan(modelOf([specOf('web')]), { stopGroupsOneByOne: true, signalsLikeSupervisord: true });
  assert.deepEqual(play(peer, [[0, { type: 'stopEverythingRequested', client: 'somebody' }]]).shown, ['announceStop', 'sweep']);
  const signalled: WorldEvent = { type: 'signalReceived', signal: 15, hasTerminal: false, sender: { pid: 12, uid: 0 } };
  assert.equal(play(peer, [[0, signalled]]).shown[0], 'warn: received SIGTERM indicating exit request');
  assert.equal(
    play(peer, [
      [0, signalled],
      [1, signalled],
    ]).shown[0],
    'warn: received SIGTERM indicating exit request',
  );
});

test('a successor decides what its predecessor did not come to', () => {
  const plan = planOf(['web'], 'all');
  const over: World = { ...createWorld(plan), states: [{ ...INITIAL_STATE, run: 1, name: 'FATAL', exit: { code: 7, signal: null, coreDumped: false } }] };
  assert.equal(stepWorld(plan, over, signal(17), 1).world, over);
  const { world } = stepWorld(plan, over, { type: 'resumed' }, 1);
  assert.deepEqual(world.decision, { cause: 'policy', atMs: 1, index: 0, code: 7, rule: 'exit_policy=all' });
});

test('when nothing is to be started, all is over at once', () => {
  const plan = makePlan(modelOf([specOf('job', { autostart: false })], 'all'), { stopGroupsOneByOne: false });
  assert.equal(play(plan, [START]).world.phase, 'sweeping');
});

test('a configuration without programs is over at once under all', () => {
  assert.deepEqual(play(planOf([], 'all'), [START]).shown, [
    'info: exiting with code 0: every program has ended as expected (exit_policy=all)',
    'announceStop',
    'sweep',
  ]);
});

test('states that do not fit the plan harm nothing', () => {
  const plan = planOf(['web'], 'all');
  const { world } = stepWorld(plan, { ...createWorld(plan), states: [] }, STOP, 1);
  assert.equal(world.phase, 'sweeping');
  assert.equal(stepWorld(plan, world, { type: 'swept' }, 2).world.phase, 'draining');
});

test('data that broke its type is loud', () => {
  const plan = planOf(['web']);
  const world = createWorld(plan);
  assert.throws(() => stepWorld(plan, world, { type: 'sneezed' } as unknown as WorldEvent, 0), /internal error/u);
  assert.throws(() => stepWorld(plan, world, { type: 'commandRequested', verb: 'paint', targets: [0] } as unknown as WorldEvent, 0), /internal error/u);
  const odd = { ...createWorld(plan), phase: 'stopping', states: [{ ...world.states[0], name: 'LOST' }] } as unknown as World;
  assert.throws(() => stepWorld(plan, odd, signal(17), 0), /internal error/u);
});

test('1,000 programs start and stop', () => {
  const plan = planOf(
    Array.from({ length: 1000 }, (_, index) => `p${index}`),
    'all',
  );
  let spawns = 0;
  let exits = 0;
  const observer = {
    onEvent: () => {},
    onWorld: () => {},
    onEffect: (_: number, effect: { readonly type: string }) => {
      spawns += Number(effect.type === 'spawn');
      exits += Number(effect.type === 'exit');
    },
  };
  const machine = createMachine(
    plan,
    createWorld(plan),
    plan.processes.map(() => []),
    observer,
  );
  machine.feed({ type: 'startUp' });
  machine.run(5000);
  assert.ok(machine.world().states.every(({ name }) => name === 'RUNNING'));
  machine.feed(signal(15));
  machine.run(10_000);
  assert.deepEqual([spawns, exits, machine.world().phase], [1000, 1, 'ended']);
});

test('supervisord names those it waits for without their group', () => {
  const plan = { ...planOf(['web']), signalsLikeSupervisord: true };
  const grouped = { ...plan, processes: plan.processes.map((spec) => ({ ...spec, group: 'all' })) };
  const { shown } = play(grouped, [START, [1, STOP]]);
  assert.ok(shown.includes('info: waiting for web to die'), shown.join('\n'));
});

test('who is to be told of what has happened is given more time before the exit', () => {
  const { model, ...rest } = planOf(['web']);
  const { world } = play({ ...rest, model: { ...model, notifiers: [NOTIFIER] } }, [
    [0, STOP],
    [1_000, { type: 'swept' }],
  ]);
  assert.equal(nextDeadlineMs(world), 6_000);
});
