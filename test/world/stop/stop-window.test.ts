/** The whole ordered stop within its window: what it may take, who gets how much, and readiness that goes first. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProcessSpec, SupervisorSpec } from '../../../src/config/model/model.ts';
import { INITIAL_STATE } from '../../../src/process/initial-state.ts';
import { makePlan, type Plan } from '../../../src/world/plan.ts';
import { stopTimes } from '../../../src/world/stop/stop-times.ts';
import { giveUpAtMs, graceOf, hookLimitMs, longestWaitMs, shareOf, windowProblem } from '../../../src/world/stop/stop-window.ts';
import type { World, WorldEffect } from '../../../src/world/types.ts';
import { createWorld, stepWorld } from '../../../src/world/world.ts';
import { createMachine } from '../../../src/simulate/machine.ts';
import type { RunScript } from '../../../src/simulate/script.ts';
import { modelOf, PLAIN_SERVICE, specOf } from '../../simulate/specs.ts';

const planOf = (supervisor: Partial<SupervisorSpec>, ...specs: readonly ProcessSpec[]): Plan => {
  const model = modelOf(specs);
  return makePlan({ ...model, supervisor: { ...model.supervisor, ...supervisor } }, { stopGroupsOneByOne: false });
};
const hooks = { startPre: null, startPost: null, stopPre: ['drain'], stopPost: ['clean'], timeoutMs: 5000 };
const stopping = (wave: number, phase: World['phase'] = 'stopping') => ({ phase, wave, decision: { cause: 'requested', atMs: 1000, by: null } as const });
const deaf: RunScript = { answers: { 15: 'ignored' } };

/** What is asked for from a TERM at 5000 on, with the time since then. */
const stopOf = (plan: Plan, scripts: readonly (readonly RunScript[])[]) => {
  const seen: { readonly atMs: number; readonly effect: WorldEffect }[] = [];
  const machine = createMachine(plan, createWorld(plan), scripts, {
    onEvent: () => {},
    onEffect: (nowMs, effect) => void seen.push({ atMs: nowMs - 5000, effect }),
    onWorld: () => {},
  });
  machine.feed({ type: 'startUp' });
  machine.run(5000);
  seen.length = 0;
  machine.feed({ type: 'signalReceived', signal: 15, hasTerminal: false });
  machine.run(200_000);
  return seen.flatMap(({ atMs, effect }) => {
    if (effect.type === 'signal') return [`${Math.round(atMs)} ${effect.signal} to ${effect.run}`];
    return effect.type === 'exit' || effect.type === 'sweep' ? [`${Math.round(atMs)} ${effect.type}`] : [];
  });
};

test('where there is time for all, everybody gets all of it', () => {
  const plan = planOf({ stopWindowMs: 30_000 }, specOf('a', { stopWaitMs: 4000, priority: 1 }), specOf('b', { stopWaitMs: 6000, priority: 2 }));
  assert.deepEqual(plan.stopTimesMs, [12_000, 6000, 2000]);
  assert.equal(shareOf(plan, stopping(0), 1000), 1);
  assert.deepEqual(stopOf(plan, [[deaf], [deaf]]), ['0 15 to 2', '6000 9 to 2', '6001 15 to 1', '10001 9 to 1', '10002 sweep', '10004 exit']);
});

test('where there is not, each grace time shrinks in proportion, each gets its signal, and the last KILL is in time', () => {
  const plan = planOf({ stopWindowMs: 10_000 }, specOf('a', { stopWaitMs: 20_000, priority: 1 }), specOf('b', { stopWaitMs: 5000, priority: 2 }));
  assert.deepEqual(stopOf(plan, [[deaf], [deaf]]), ['0 15 to 2', '1667 9 to 2', '1668 15 to 1', '8333 9 to 1', '8334 sweep', '8336 exit']);
});

test('a wave that is down early leaves its time to the others', () => {
  const plan = planOf({ stopWindowMs: 10_000 }, specOf('a', { stopWaitMs: 7000, priority: 1 }), specOf('b', { stopWaitMs: 5000, priority: 2 }));
  assert.deepEqual(stopOf(plan, [[deaf], [{}]]), ['0 15 to 2', '1 15 to 1', '7000 9 to 1', '7001 sweep', '7003 exit']);
});

test('without a window a stop takes what it takes, and so does one that nobody has asked for yet', () => {
  const plan = planOf({}, specOf('a', { stopWaitMs: 20_000 }));
  assert.equal(shareOf(plan, stopping(0), 500_000), 1);
  assert.equal(giveUpAtMs(plan, stopping(0), 'output'), null);
  assert.equal(longestWaitMs(plan), Number.POSITIVE_INFINITY);
  const limited = planOf({ stopWindowMs: 1000 }, specOf('a'));
  assert.equal(shareOf(limited, { phase: 'running', wave: 0, decision: null }, 500_000), 1);
  assert.equal(giveUpAtMs(limited, { phase: 'running', wave: 0, decision: null }, 'output'), null);
  assert.equal(longestWaitMs(limited), 800);
});

test('a stop that an operator began before has no more time than any other', () => {
  const plan = planOf({ stopWindowMs: 10_000 }, specOf('a', { stopWaitMs: 60_000 }));
  const state = { ...INITIAL_STATE, name: 'STOPPING' as const, run: 1, pid: 7, deadlineMs: 61_000 };
  const world = { ...createWorld(plan), states: [state], nextRun: 2 };
  const hurried = stepWorld(plan, world, { type: 'stopEverythingRequested' }, 2000).world.states[0];
  assert.equal(Math.round(hurried?.deadlineMs ?? 0), Math.round(2000 + (60_000 * 9000) / 62_000));
  for (const others of [{ killed: true }, { deadlineMs: null }]) {
    const before = { ...state, ...others };
    const after = stepWorld(plan, { ...world, states: [before] }, { type: 'stopEverythingRequested' }, 2000).world.states[0];
    assert.equal(after?.deadlineMs, before.deadlineMs);
  }
});

test('what does not end in spite of KILL is waited for to the end of the window, and then named', () => {
  const plan = planOf({ stopWindowMs: 5000 }, specOf('stuck', { stopWaitMs: 1000 }));
  let world: World = { ...createWorld(plan), states: [{ ...INITIAL_STATE, name: 'RUNNING', run: 1, pid: 7 }], nextRun: 2 };
  const said: string[] = [];
  const at = (nowMs: number, event: Parameters<typeof stepWorld>[2]) => {
    const { world: after, effects } = stepWorld(plan, world, event, nowMs);
    world = after;
    for (const effect of effects) said.push(effect.type === 'notice' ? effect.text : effect.type);
    return said.splice(0);
  };
  at(0, { type: 'stopEverythingRequested' });
  assert.deepEqual(at(3000, { type: 'timePassed' }).at(-1), 'waiting for stuck to end');
  assert.deepEqual(at(4500, { type: 'timePassed' }).slice(-2), ['not waiting any longer for stuck: the stop window is over', 'sweep']);
  assert.equal(world.deadlineMs, 4500);
  assert.deepEqual(at(4500, { type: 'timePassed' }), ['drain']);
  assert.equal(world.deadlineMs, 4750);
  assert.deepEqual(at(4750, { type: 'timePassed' }).at(-1), 'exit');
});

test('hooks of a stop have to fit in, too', () => {
  const plan = planOf({ stopWindowMs: 7000 }, specOf('a', { stopWaitMs: 4000, service: { ...PLAIN_SERVICE, hooks } }), specOf('b'));
  const [a, b] = plan.processes as [ProcessSpec, ProcessSpec];
  assert.deepEqual(plan.stopTimesMs, [12_000, 2000]);
  assert.equal(graceOf(plan, stopping(0), a, 1000), 2000);
  assert.equal(hookLimitMs(plan, stopping(0), a, 'stopPre', 1000), 1600);
  assert.equal(hookLimitMs(plan, stopping(0), a, 'stopPost', 1000), 4000);
  assert.equal(hookLimitMs(plan, stopping(0), a, 'stopPost', 6000), (2000 * 1000) / 12_000);
  assert.equal(hookLimitMs(plan, stopping(0), b, 'stopPost', 1000), 0);
  assert.equal(hookLimitMs(plan, { phase: 'running', wave: 0, decision: null }, a, 'stopPost', 1000), 5000);
});

test('what a plan does not know takes no time', () => {
  assert.deepEqual(stopTimes([], [[0]]), [2000, 2000]);
  const plan = planOf({ stopWindowMs: 7000 }, specOf('a', { stopWaitMs: 1000, service: { ...PLAIN_SERVICE, hooks: { ...hooks, stopPost: null } } }));
  assert.deepEqual(plan.stopTimesMs, [3000, 2000]);
  assert.equal(shareOf({ ...plan, stopTimesMs: [] }, stopping(0), 1000), 1);
});

test('readiness goes first, then the delay, then the stop', () => {
  const plan = planOf({ stopWindowMs: 30_000, drainDelayMs: 3000 }, specOf('a', { stopWaitMs: 1000 }));
  assert.deepEqual(stopOf(plan, [[deaf]]), ['3000 15 to 1', '4000 9 to 1', '4001 sweep', '4003 exit']);
  const short = planOf({ stopWindowMs: 5000, drainDelayMs: 12_000 }, specOf('a', { stopWaitMs: 2000 }));
  assert.deepEqual(stopOf(short, [[deaf]]), ['3000 15 to 1', '3500 9 to 1', '3501 sweep', '3503 exit']);
});

test('nothing starts while readiness is off, and when nobody is left there is nothing to wait for', () => {
  const plan = planOf({ drainDelayMs: 60_000 }, specOf('a', { autorestart: 'always' }));
  const seen: string[] = [];
  const machine = createMachine(plan, createWorld(plan), [[{ endsAfterMs: 2000 }]], {
    onEvent: () => {},
    onEffect: (_, effect) => void seen.push(effect.type === 'notice' ? effect.text : effect.type),
    onWorld: () => {},
  });
  machine.feed({ type: 'startUp' });
  machine.run(1500);
  machine.feed({ type: 'stopEverythingRequested' });
  assert.equal(machine.world().phase, 'unready');
  assert.ok(seen.includes('not ready any more; the stop begins in 60 seconds (drain_delay)'));
  machine.feed({ type: 'resumed' });
  machine.feed({ type: 'commandRequested', verb: 'start', targets: [0] });
  assert.equal(seen.at(-1), 'cannot start a: everything is being stopped');
  machine.run(2500);
  assert.equal(machine.world().phase, 'ended');
  const idle = planOf({ drainDelayMs: 60_000 }, specOf('a', { autostart: false }));
  const { world, effects } = stepWorld(idle, createWorld(idle), { type: 'stopEverythingRequested' }, 0);
  assert.equal(world.phase, 'sweeping');
  assert.deepEqual(
    effects.map(({ type }) => type),
    ['announceStop', 'sweep'],
  );
});

test('what cannot fit is told, when somebody has asked for it', () => {
  const problem = (supervisor: Partial<SupervisorSpec>, ...specs: readonly ProcessSpec[]) => windowProblem(planOf(supervisor, ...specs));
  assert.equal(problem({}, specOf('a', { stopWaitMs: 99_000 })), null);
  assert.equal(problem({ stopWindowMs: 20_000 }, specOf('a', { hasUsualStopWait: false })), null);
  assert.equal(problem({ stopWindowMs: 10_000 }, specOf('a')), null, 'what is merely usual gives way');
  assert.deepEqual(problem({ stopWindowMs: 10_000 }, specOf('a', { stopWaitMs: 16_000, hasUsualStopWait: false })), {
    place: { file: 'test.conf', line: 1 },
    message:
      'the stop of everything may take 18 s and has to fit into 10 s (stop_window): a then gets 8 s of its 16 s (stopwaitsecs); ' +
      'shorten what is too long, or make stop_window and the limit of the engine longer',
  });
  const two = problem(
    { stopWindowMs: 5000, drainDelayMs: 30_000 },
    specOf('a', { stopWaitMs: 3000, hasUsualStopWait: false }),
    specOf('b'),
    specOf('c', { stopWaitMs: 0 }),
  );
  assert.match(two?.message ?? '', /may take 42 s \(30 s of it for drain_delay\) .*: b then gets 1 s of its 10 s \(stopwaitsecs\), 1 more likewise;/);
});
