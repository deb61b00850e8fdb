/** The engine: step, commit, then act, in one queue; one timer; outcomes come back as events. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { KernelEvent } from '../../src/kernel/kernel.ts';
import type { WorldEvent } from '../../src/world/types.ts';
import { makePlan } from '../../src/world/plan.ts';
import { createWorld, stepWorld } from '../../src/world/world.ts';
import { modelOf, specOf } from '../simulate/specs.ts';
import { benchOf, NO_STREAMS, planOf } from './support/bench.ts';

const START: WorldEvent = { type: 'startUp' };
const usage = { userUs: 0, systemUs: 0, maxRssKib: 0 };
const spawned = (run: number, atMs = 0, streams = NO_STREAMS): KernelEvent => ({ type: 'spawned', run, pid: 100 + run, atMs, streams });
const exited = (run: number, code: number, atMs: number, groupEnded = true): KernelEvent => ({
  type: 'exited',
  run,
  pid: 100 + run,
  status: { code, signal: null, coreDumped: false },
  groupEnded,
  atMs,
  usage,
});
const term: KernelEvent = { type: 'signalReceived', signal: 15, senderPid: 0, senderUid: 0 };

test('a whole life, act by act', () => {
  const { engine, acts, clock, finished, drained } = benchOf(planOf(['web']));
  engine.dispatch(START);
  assert.deepEqual(acts(), ['spawn 1']);
  engine.onKernelEvent(spawned(1, 3, { stdin: null, stdout: 20, stderr: 21 }));
  assert.deepEqual(acts(), ['attach web (0) run 1: 20 21', "info: spawned: 'web' with pid 101"]);
  clock.advanceTo(1003);
  assert.deepEqual(acts(), ['info: running: web, up for 1 s (startsecs)']);
  engine.onKernelEvent(exited(1, 3, 2000));
  assert.deepEqual(
    acts().filter((act) => !act.startsWith('warn')),
    ['finish 1', 'spawn 2'],
    'the old pipes are read on while the next run starts',
  );
  finished(1);
  assert.deepEqual(acts(), ['release 1'], 'released when the pipes are at their end, and told at once');
  engine.onKernelEvent(spawned(2, 2001));
  acts();
  engine.onKernelEvent(term);
  assert.deepEqual(
    acts().filter((act) => !act.startsWith('debug')),
    ['stopping', 'kill 2 15 group', 'warn: stopping everything: SIGTERM, sent by the kernel', 'info: waiting for web to end'],
  );
  engine.onKernelEvent(exited(2, 0, 2500));
  assert.deepEqual(
    acts().filter((act) => !act.startsWith('info')),
    ['finish 2', 'sweep 2000'],
  );
  engine.onKernelEvent({ type: 'swept', killed: 0 });
  assert.deepEqual(acts(), [`drain until ${clock.nowMs() + 2000}`]);
  drained();
  assert.deepEqual(acts(), ['exit 0']);
  assert.deepEqual(clock.armed(), [], 'nothing is waited for any more');
});

test('every act finds its decision in the black box', () => {
  let looked = 0;
  const { engine, clock, finished } = benchOf(planOf(['a', 'b'], { startRetries: 1 }), {
    onAct: (act, saved) => {
      const [verb, run] = act.split(' ');
      const state = saved.states.find((each) => each.run === Number(run));
      looked += 1;
      if (verb === 'spawn') assert.equal(state?.name, 'STARTING', act);
      if (verb === 'kill') assert.equal(state?.name, 'STOPPING', act);
      if (verb === 'stopping') assert.equal(saved.decision?.cause, 'requested');
      if (verb === 'sweep') assert.equal(saved.phase, 'sweeping');
      if (verb === 'exit') assert.equal(saved.phase, 'ended');
    },
  });
  engine.dispatch(START);
  engine.onKernelEvent(spawned(1));
  engine.onKernelEvent({ type: 'spawnFailed', run: 2, reason: 'no such file', exitCode: 127 });
  clock.advanceTo(1000);
  engine.onKernelEvent(exited(1, 1, 1500));
  finished(1);
  engine.onKernelEvent(spawned(3));
  engine.onKernelEvent(spawned(4));
  engine.onKernelEvent(term);
  engine.onKernelEvent(exited(3, 0, 1600));
  engine.onKernelEvent(exited(4, 0, 1600));
  engine.onKernelEvent({ type: 'swept', killed: 0 });
  clock.advanceTo(10_000);
  assert.ok(looked >= 9, `${looked} acts`);
});

test('the black box holds the world, whatever happens', () => {
  const plan = planOf(['a', 'b'], { startRetries: 1 });
  const run = fc.integer({ min: 0, max: 4 });
  const index = fc.integer({ min: 0, max: 1 });
  const status = fc.record({ code: fc.nat({ max: 255 }), signal: fc.constant(null), coreDumped: fc.boolean() }, { noNullPrototype: true });
  const processEvent = fc.oneof(
    fc.constantFrom({ type: 'startRequested' as const }, { type: 'stopRequested' as const }),
    fc.record({ type: fc.constant('spawned'), run, pid: fc.integer({ min: 2, max: 99 }), atMs: fc.nat({ max: 50 }) }, { noNullPrototype: true }),
    fc.record({ type: fc.constant('spawnFailed'), run, reason: fc.string({ maxLength: 20 }), exitCode: fc.constantFrom(126, 127) }, { noNullPrototype: true }),
    fc.record({ type: fc.constant('exited'), run, status, groupEnded: fc.boolean(), atMs: fc.nat({ max: 5000 }) }, { noNullPrototype: true }),
    fc.record({ type: fc.constant('groupEnded'), run }, { noNullPrototype: true }),
  );
  const event: fc.Arbitrary<WorldEvent> = fc.oneof(
    fc.record({ type: fc.constant('process'), index, event: processEvent }, { noNullPrototype: true }),
    fc.constantFrom<WorldEvent>({ type: 'timePassed' }, { type: 'swept' }, { type: 'stopEverythingRequested' }, START),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 25 }), (events) => {
      const { engine, world } = benchOf(plan);
      let expected = createWorld(plan);
      assert.deepEqual(world(), expected);
      for (const each of events) {
        engine.dispatch(each);
        expected = stepWorld(plan, expected, each, 0).world;
        assert.deepEqual(world(), expected);
      }
    }),
  );
});

test('the timer is armed once for each deadline, for the earliest, and disarmed when there is none', () => {
  const { engine, clock } = benchOf(planOf(['a', 'b'], { startMs: 1000 }));
  engine.dispatch(START);
  assert.deepEqual(clock.armed(), []);
  engine.onKernelEvent(spawned(1, 0));
  assert.deepEqual(clock.armed(), [1000]);
  engine.onKernelEvent(spawned(2, 200));
  engine.onKernelEvent({ type: 'groupEnded', run: 77 });
  assert.deepEqual([clock.armed(), clock.timesArmed()], [[1000], 1], 'a later deadline and strange events arm nothing');
  clock.advanceTo(1000);
  assert.deepEqual([clock.armed(), clock.timesArmed()], [[1200], 2]);
  clock.advanceTo(1200);
  assert.deepEqual([clock.armed(), clock.timesArmed()], [[], 2]);
  engine.dispatch({ type: 'stopEverythingRequested' });
  assert.deepEqual(clock.armed(), [1200 + 3000], 'the next "waiting for" line comes before the kill');
  engine.onKernelEvent(exited(1, 0, 1300));
  engine.onKernelEvent(exited(2, 0, 1300));
  assert.deepEqual(clock.armed(), [], 'sweeping is bounded by init');
});

test('a timer that fires too early changes nothing and is armed again', () => {
  const plan = planOf(['web']);
  const { engine, clock, world } = benchOf(plan);
  engine.dispatch(START);
  engine.onKernelEvent(spawned(1, 0));
  const before = world();
  engine.dispatch({ type: 'timePassed' });
  assert.deepEqual(world(), before);
  assert.deepEqual(clock.armed(), [1000]);
});

test('what happens because of an act waits for its turn', () => {
  const plan = planOf(['a', 'b']);
  const order: string[] = [];
  const bench = benchOf(plan, {
    onAct: (act, saved) => {
      order.push(`${act} (${saved.states.map(({ name }) => name).join(' ')})`);
      if (act === 'spawn 1') bench.engine.onKernelEvent({ type: 'spawnFailed', run: 1, reason: 'told in the middle', exitCode: 127 });
    },
  });
  bench.engine.dispatch(START);
  assert.deepEqual(order, ['spawn 1 (STARTING STARTING)', 'spawn 2 (STARTING STARTING)']);
  assert.equal(bench.world().states[0]?.name, 'BACKOFF');
});

test('signals are passed on to the process groups of what runs', () => {
  const { engine, acts } = benchOf(planOf(['a', 'b']), { hasTerminal: true });
  engine.dispatch(START);
  engine.onKernelEvent(spawned(1));
  engine.onKernelEvent(spawned(2));
  acts();
  engine.onKernelEvent({ type: 'signalReceived', signal: 28, senderPid: 0, senderUid: 0 });
  assert.deepEqual(acts(), ['forward 28 1 2', 'debug: passing on SIGWINCH to 2 programs, where they catch it']);
  engine.onKernelEvent({ type: 'signalReceived', signal: 18, senderPid: 5, senderUid: 0 });
  assert.deepEqual(acts(), ['kill 1 18 group', 'kill 2 18 group', 'info: passing on SIGCONT to 2 programs']);
});

test('where WINCH is a stop signal, one that the kernel sends for the terminal is none', () => {
  const model = modelOf([specOf('a')]);
  const plan = makePlan({ ...model, supervisor: { ...model.supervisor, stopSignals: [28] } }, { stopGroupsOneByOne: false });
  const { engine, world } = benchOf(plan, { hasTerminal: true });
  engine.onKernelEvent({ type: 'signalReceived', signal: 28, senderPid: 0, senderUid: 0 });
  assert.equal(world().phase, 'running');
  engine.onKernelEvent({ type: 'signalReceived', signal: 28, senderPid: -1, senderUid: 0 });
  assert.equal(world().phase, 'sweeping');
});

test('the program that has the terminal ends of Ctrl-C, and so does everything', () => {
  const interrupted = (number: number): KernelEvent =>
    ({ ...exited(1, -1, 5), type: 'exited', status: { code: -1, signal: number, coreDumped: false } }) as KernelEvent;
  const lives = (stdin: 'inherit' | 'null', hasTerminal: boolean, number: number, before: readonly WorldEvent[] = []) => {
    const { engine, acts, world } = benchOf(planOf(['a', 'b'], { stdin }), { hasTerminal });
    engine.dispatch(START);
    engine.onKernelEvent(spawned(1));
    engine.onKernelEvent(spawned(2));
    for (const event of before) engine.dispatch(event);
    engine.onKernelEvent(interrupted(number));
    return { phase: world().phase, acts: acts() };
  };
  for (const number of [2, 3]) assert.equal(lives('inherit', true, number).phase, 'stopping');
  assert.ok(lives('inherit', true, 2).acts.includes('warn: stopping everything: SIGINT, sent by the kernel'));
  assert.equal(lives('inherit', false, 2).phase, 'running');
  assert.equal(lives('null', true, 2).phase, 'running');
  assert.equal(lives('inherit', true, 15).phase, 'running');
  const stopped: WorldEvent = { type: 'commandRequested', verb: 'stop', targets: [0] };
  assert.equal(lives('inherit', true, 2, [stopped]).phase, 'running', 'a stop signal is no key');
});

test('events of runs that nobody knows change nothing, their pipes are not lost', () => {
  const { engine, acts, world } = benchOf(planOf(['a']));
  const before = world();
  for (const event of [exited(9, 0, 5), { type: 'groupEnded', run: 9 }] satisfies KernelEvent[]) engine.onKernelEvent(event);
  assert.deepEqual([acts(), world()], [[], before]);
});

test('a run that has been released is told nothing any more, one whose pipes are still read is', () => {
  const { engine, acts, finished, world } = benchOf(planOf(['a'], { autorestart: 'never', startMs: 0 }));
  engine.dispatch(START);
  engine.onKernelEvent(spawned(1));
  engine.onKernelEvent(exited(1, 0, 5, false));
  acts();
  engine.onKernelEvent({ type: 'groupEnded', run: 1 });
  finished(1);
  assert.deepEqual(acts(), ['release 1']);
  engine.onKernelEvent({ type: 'groupEnded', run: 1, left: { pid: 77, name: 'x', isStray: true } });
  assert.equal(world().states[0]?.leftPid, 77);
  engine.onKernelEvent({ type: 'treeEnded', run: 1 });
  engine.onKernelEvent({ type: 'treeEnded', run: 99 });
  assert.equal(world().states[0]?.leftPid, 0);
  acts();
  const before = world();
  engine.onKernelEvent(exited(1, 9, 6));
  assert.deepEqual([world(), acts()], [before, []]);
});

test('output that nobody reads is given up on, and that is said before the exit', () => {
  const { engine, acts, clock, drained } = benchOf(planOf(['a']));
  engine.dispatch({ type: 'stopEverythingRequested' });
  engine.onKernelEvent({ type: 'swept', killed: 2 });
  assert.deepEqual(acts().at(-1), 'drain until 2000');
  clock.advanceTo(1999);
  assert.deepEqual(acts(), []);
  clock.advanceTo(2000);
  const gaveUp = ['warn: output could not be written within 2 seconds: nobody reads it', 'exit 0'];
  assert.deepEqual(acts(), gaveUp);
  drained();
  assert.deepEqual(acts(), [], 'what comes after the exit changes nothing');
});

test('the log path may come to that deadline first: the same is said', () => {
  const { engine, acts, clock, drained } = benchOf(planOf(['a']));
  clock.at(2000, () => drained());
  engine.dispatch({ type: 'stopEverythingRequested' });
  engine.onKernelEvent({ type: 'swept', killed: 2 });
  acts();
  clock.advanceTo(2000);
  assert.deepEqual(acts(), ['warn: output could not be written within 2 seconds: nobody reads it', 'exit 0']);
});

test('what is done goes ahead of what is said about it, sent before anybody could hold up the saying', () => {
  const plan = planOf(['a']);
  const bench = benchOf(plan, { onNotice: () => assert.ok(bench.isFlushed(), 'sent before it is said') });
  bench.engine.dispatch(START);
  bench.engine.onKernelEvent(spawned(1));
  bench.engine.onKernelEvent(term);
  bench.engine.onKernelEvent({ type: 'signalReceived', signal: 10, senderPid: 0, senderUid: 0 });
  const said = bench.acts().filter((act) => /^(?:info|warn|debug): /u.test(act));
  assert.ok(said.length >= 3, said.join('\n'));
});

test('what a timer or a reader brings about is sent at once', () => {
  const { engine, clock, isFlushed, finished, drained } = benchOf(planOf(['a'], { stopWaitMs: 1000, startMs: 0 }));
  engine.dispatch(START);
  engine.onKernelEvent(spawned(1));
  engine.dispatch({ type: 'stopEverythingRequested' });
  clock.advanceTo(1000);
  assert.ok(isFlushed(), 'the KILL at the deadline');
  engine.onKernelEvent(exited(1, 0, 1001));
  finished(1);
  assert.ok(isFlushed(), 'the release');
  engine.onKernelEvent({ type: 'swept', killed: 0 });
  drained();
  assert.ok(isFlushed(), 'the exit');
});
