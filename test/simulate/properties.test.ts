/** What holds for every configuration, every program and every order of events: found by random lives in virtual time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ExitPolicy, StopScopes } from '../../src/config/model/model.ts';
import { makePlan, type Plan } from '../../src/world/plan.ts';
import { planChange } from '../../src/world/replan.ts';
import { restoreWorld } from '../../src/world/restore.ts';
import type { World, WorldEvent, WorldResult } from '../../src/world/types.ts';
import { createWorld, nextDeadlineMs, stepWorld } from '../../src/world/world.ts';
import { createMachine, type Machine } from '../../src/simulate/machine.ts';
import type { Observer, RunScript } from '../../src/simulate/script.ts';
import { modelOf, specOf } from './specs.ts';

const PLAIN = { noNullPrototype: true } as const;
const code = fc.constantFrom(0, 1, 2, 143);

const script: fc.Arbitrary<RunScript> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ spawnFails: { reason: 'no such file', exitCode: 127 } }) },
  {
    weight: 6,
    arbitrary: fc.record(
      {
        endsAfterMs: fc.constantFrom(0, 10, 1500, 4000, 100_000),
        code,
        answers: fc.constantFrom(
          {},
          { 15: 'ignored' as const },
          { 15: { afterMs: 700, code: 0 } },
          { 15: { afterMs: 50, code: 143 } },
          { 15: { afterMs: 5, code: 9 } },
        ),
        leavesBehind: fc.constantFrom({ ignoring: [] }, { ignoring: [15] }),
      },
      { requiredKeys: [], ...PLAIN },
    ),
  },
);

const program = fc.record(
  {
    overrides: fc.record(
      {
        priority: fc.integer({ min: 1, max: 3 }),
        autostart: fc.boolean(),
        startMs: fc.constantFrom(0, 1000),
        startRetries: fc.integer({ min: 0, max: 3 }),
        autorestart: fc.constantFrom('always', 'unexpected', 'never'),
        exitCodes: fc.constantFrom([0], [0, 2], [2]),
        stopWaitMs: fc.constantFrom(0, 1000, 3000),
        stopScopes: fc.constantFrom<StopScopes>(
          { signal: 'group', wait: 'group', kill: 'group' },
          { signal: 'group', wait: 'group', kill: 'tree' },
          { signal: 'tree', wait: 'tree', kill: 'tree' },
          { signal: 'process', wait: 'tree', kill: 'tree', later: 'group', wakes: true },
          { signal: 'process', wait: 'group', kill: 'tree', later: 'group', wakes: true },
          { signal: 'process', wait: 'process', kill: 'process' },
        ),
        essential: fc.boolean(),
      },
      PLAIN,
    ),
    scripts: fc.array(script, { minLength: 1, maxLength: 4 }),
  },
  PLAIN,
);

const operator: fc.Arbitrary<WorldEvent> = fc.oneof(
  fc.record(
    { type: fc.constant('commandRequested'), verb: fc.constant('signal'), signal: fc.constantFrom(1, 9, 10), targets: fc.array(fc.nat({ max: 5 })) },
    PLAIN,
  ),
  fc.record({ type: fc.constant('commandRequested'), verb: fc.constantFrom('start', 'stop', 'restart'), targets: fc.array(fc.nat({ max: 5 })) }, PLAIN),
  fc.record({ type: fc.constant('signalReceived'), signal: fc.constantFrom(1, 10, 17, 28, 40), hasTerminal: fc.constant(true) }, PLAIN),
  fc.constantFrom<WorldEvent>({ type: 'timePassed' }, { type: 'restartEverythingRequested' }, { type: 'outputDrained' }, { type: 'swept' }),
);

const life = fc.record(
  {
    programs: fc.array(program, { maxLength: 5 }),
    policy: fc.constantFrom<ExitPolicy>('never', 'any', 'all', 'essential'),
    hasControl: fc.boolean(),
    oneByOne: fc.boolean(),
    events: fc.array(fc.tuple(fc.integer({ min: 0, max: 9000 }), operator), { maxLength: 8 }),
    takeovers: fc.array(fc.tuple(fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 1, max: 3000 })), { maxLength: 3 }),
  },
  PLAIN,
);

type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

const isUp = ({ phase }: World): boolean => phase === 'running' || phase === 'reloading' || phase === 'restarting';

/** Watches every step for what must never happen. */
const guard = (plan: Plan): { readonly observer: Observer; readonly exits: number[] } => {
  const exits: number[] = [];
  let isShutdown = false;
  let lastRun = 0;
  const observer: Observer = {
    onEvent: () => {},
    onEffect: (_, effect) => {
      assert.equal(exits.length, 0, 'nothing is asked for after the exit');
      if (effect.type === 'spawn') {
        assert.ok(!isShutdown, 'no spawn once the shutdown has begun');
        assert.ok(effect.run > lastRun, 'run numbers only grow');
        lastRun = effect.run;
      }
      if (effect.type === 'exit') exits.push(effect.code);
    },
    onWorld: (nowMs, before, after) => {
      isShutdown ||= !isUp(after);
      for (const [index, state] of after.states.entries()) {
        if (before.states[index] === state) continue;
        if (state.name === 'STOPPING' && state.pid !== 0) assert.ok(state.deadlineMs !== null, 'a stop always has a deadline');
        if (state.deadlineMs !== null) assert.ok(Number.isFinite(state.deadlineMs));
      }
      if (after.phase === 'running') assert.equal(policySaysExit(plan, after), false, `at ${nowMs} the policy says exit, and we run on`);
    },
  };
  return { observer, exits };
};

/** The policy once more, in the words of the documentation rather than of the code. */
const policySaysExit = ({ model, processes }: Plan, { states, phase }: World): boolean => {
  const pending = states.some(({ lingering, name }) => lingering && (name === 'EXITED' || name === 'FATAL' || name === 'STOPPED'));
  const ended = states.map(({ name, lingering }) => !lingering && (name === 'EXITED' || name === 'FATAL'));
  if (phase !== 'running' || states.every(({ run }) => run === 0)) return false;
  switch (model.supervisor.exitPolicy) {
    case 'never':
      return false;
    case 'any':
      return ended.includes(true);
    case 'essential':
      return ended.some((isEnded, index) => isEnded && processes[index]?.essential === true);
    case 'all':
      return !pending && states.every(({ name }, index) => ended[index] === true || (!model.hasControl && name === 'STOPPED'));
  }
};

const takeOver = (machine: Machine): void => {
  const { states, ...header } = machine.world();
  const leaving = planChange(machine.plan, machine.plan, header.phase === 'restarting').leaving;
  const restored = restoreWorld(machine.plan, { ...header, leaving }, states, machine.knownRuns(), header.nextRun - 1);
  machine.replaceWorld(restored.world);
  for (const effect of restored.effects) if (effect.type === 'release' || effect.type === 'signal') machine.perform({ ...effect, index: 0 });
  for (const event of restored.events) machine.feed(event);
};

const begin = ({ programs, policy, hasControl, oneByOne, events }: Life) => {
  const specs = programs.map(({ overrides }, index) => specOf(`p${index}`, overrides));
  const plan = makePlan(modelOf(specs, policy, hasControl), { stopGroupsOneByOne: oneByOne });
  const scripts = plan.processes.map(({ name }) => programs[Number(name.slice(1))]?.scripts ?? []);
  const { observer, exits } = guard(plan);
  const machine = createMachine(plan, createWorld(plan), scripts, observer);
  machine.feed({ type: 'startUp' });
  for (const [atMs, event] of events) machine.schedule(atMs, event);
  return { machine, exits, specs };
};

test('every life keeps the rules and ends after TERM within its deadlines', () => {
  fc.assert(
    fc.property(life, (given) => {
      const { machine, exits, specs } = begin(given);
      machine.run(10_000);
      if (exits.length === 0) machine.feed({ type: 'signalReceived', signal: 15, hasTerminal: false });
      const patienceMs = specs.reduce((sum, { stopWaitMs }) => sum + stopWaitMs + 1010, 5000);
      machine.run(machine.nowMs() + patienceMs);
      assert.equal(machine.world().phase, 'ended', `not ended ${patienceMs} ms after TERM`);
      assert.equal(exits.length, 1);
      assert.ok(exits.every((exit) => Number.isInteger(exit) && exit >= 0 && exit <= 255));
      if (given.policy === 'never') assert.equal(exits[0], 0);
      assert.equal(nextDeadlineMs(machine.world()), null, 'nothing is left to wait for');
    }),
    { numRuns: 1000 },
  );
});

test('takeovers at any time change no rule and lose no end', () => {
  fc.assert(
    fc.property(life, (given) => {
      const { machine, exits } = begin(given);
      for (const [afterMs, deafMs] of given.takeovers) {
        machine.run(machine.nowMs() + afterMs);
        if (exits.length > 0) return;
        machine.setDeaf(true);
        machine.run(machine.nowMs() + deafMs);
        machine.setDeaf(false);
        takeOver(machine);
      }
      machine.run(machine.nowMs() + 1);
      if (exits.length === 0) machine.feed({ type: 'stopEverythingRequested' });
      machine.run(machine.nowMs() + 60_000);
      assert.equal(machine.world().phase, 'ended');
      assert.equal(exits.length, 1);
    }),
    { numRuns: 1000 },
  );
});

/** The ways between states that supervisord's listeners know. */
const WAYS: Readonly<Record<string, readonly string[]>> = {
  STOPPED: ['STARTING'],
  STARTING: ['RUNNING', 'BACKOFF', 'STOPPING'],
  RUNNING: ['EXITED', 'STOPPING'],
  BACKOFF: ['STARTING', 'FATAL', 'STOPPED'],
  STOPPING: ['STOPPED'],
  EXITED: ['STARTING'],
  /** STOPPED: a start was asked for while what is left of the run is being ended. */
  FATAL: ['STARTING', 'STOPPED'],
};

/** What is told of a step leads, without a gap, from the states before it to those after it. */
const assertChain = (before: World, { world, changes }: WorldResult): void => {
  const states = [...before.states];
  let { phase } = before;
  for (const change of changes) {
    if (change.type === 'phase') {
      assert.equal(phase, change.from);
      phase = change.to;
      continue;
    }
    if (change.type === 'detail') continue;
    const { index, from, to } = change;
    assert.equal(states[index]?.name, from.name);
    assert.equal(states[index].run, from.run);
    assert.ok(WAYS[from.name]?.includes(to.name), `${from.name} -> ${to.name}`);
    states[index] = to;
  }
  assert.equal(phase, world.phase);
  for (const [index, { name, run }] of world.states.entries()) assert.deepEqual([states[index]?.name, states[index]?.run], [name, run]);
};

test('any event at any time is answered without a throw, and stale ones change nothing', () => {
  const run = fc.nat({ max: 6 });
  const atMs = fc.nat({ max: 20_000 });
  const status = fc.record({ code: fc.integer({ min: -1, max: 255 }), signal: fc.option(fc.integer({ min: 1, max: 64 })), coreDumped: fc.boolean() }, PLAIN);
  const processEvent = fc.oneof(
    fc.constantFrom(
      { type: 'startRequested' as const },
      { type: 'stopRequested' as const },
      { type: 'signalRequested' as const, signal: 10 },
      { type: 'shutdownBegun' as const },
    ),
    fc.record({ type: fc.constant('spawned'), run, pid: fc.integer({ min: 2, max: 9 }), atMs }, PLAIN),
    fc.record({ type: fc.constant('spawnFailed'), run, reason: fc.string(), exitCode: fc.constantFrom(126, 127) }, PLAIN),
    fc.record({ type: fc.constant('exited'), run, status, groupEnded: fc.boolean(), atMs }, PLAIN),
    fc.record({ type: fc.constantFrom('groupEnded', 'deadlineReached'), run }, PLAIN),
  );
  const anyEvent: fc.Arbitrary<WorldEvent> = fc.oneof(
    operator,
    fc.constant<WorldEvent>({ type: 'resumed' }),
    fc.record({ type: fc.constant('process'), index: fc.integer({ min: -1, max: 4 }), event: processEvent }, PLAIN),
  );
  fc.assert(
    fc.property(fc.array(program, { minLength: 1, maxLength: 3 }), fc.array(fc.tuple(atMs, anyEvent), { maxLength: 40, size: 'max' }), (programs, events) => {
      const plan = makePlan(
        modelOf(
          programs.map(({ overrides }, index) => specOf(`p${index}`, overrides)),
          'never',
        ),
        { stopGroupsOneByOne: false },
      );
      let world = stepWorld(plan, createWorld(plan), { type: 'startUp' }, 0).world;
      let now = 0;
      for (const [afterMs, event] of events) {
        now += afterMs;
        const before = world;
        const result = stepWorld(plan, world, event, now);
        world = result.world;
        assertChain(before, result);
        if (event.type !== 'process' || !('run' in event.event) || before.phase !== 'running') continue;
        if (before.states[event.index]?.run !== event.event.run) assert.deepEqual(result, { world: before, effects: [], changes: [] });
      }
    }),
    { numRuns: 1000 },
  );
});
