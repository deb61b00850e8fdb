/** Another configuration in the engine: what goes on runs on, what changed ends first, and the black box changes at one instant. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KernelEvent } from '../../src/kernel/kernel.ts';
import { makePlan, type Plan } from '../../src/world/plan.ts';
import { modelOf, specOf } from '../simulate/specs.ts';
import { benchOf, fakeMemory, NO_STREAMS } from './support/bench.ts';

const HUP: KernelEvent = { type: 'signalReceived', signal: 1, senderPid: 0, senderUid: 0 };
const usage = { userUs: 0, systemUs: 0, maxRssKib: 0 };
const ended = (run: number): KernelEvent => ({
  type: 'exited',
  run,
  pid: 100 + run,
  status: { code: 0, signal: null, coreDumped: false },
  groupEnded: true,
  atMs: 10,
  usage,
});

/** Programs as `name` or `name=command`, in this order. */
const planOf = (...programs: readonly string[]): Plan => {
  const specs = programs.map((program, index) => {
    const [name = '', command = name] = program.split('=');
    return specOf(name, { command, argv: [command], priority: index, startMs: 0 });
  });
  return makePlan(modelOf(specs, 'never'), { stopGroupsOneByOne: false });
};

const start = (present: Plan, next: Plan | null) => {
  const memory = fakeMemory();
  const abouts: (readonly [text: string, about: string | undefined])[] = [];
  const onNotice = (text: string, about?: string): void => void abouts.push([text, about]);
  const bench = benchOf(present, { memory, onNotice, ...(next !== null && { nextPlan: next }) });
  bench.engine.dispatch({ type: 'startUp' });
  for (const index of present.processes.keys()) bench.engine.onKernelEvent({ type: 'spawned', run: index + 1, pid: 101 + index, atMs: 1, streams: NO_STREAMS });
  bench.acts();
  /** Without what is only said. */
  const deeds = (): readonly string[] => bench.acts().filter((act) => !/^(?:info|warn|debug):/u.test(act));
  const statesOf = (plan: Plan): readonly string[] => (bench.blackBox.load(plan.processes.length)?.states ?? []).map((state) => `${state?.name} ${state?.run}`);
  return { ...bench, deeds, statesOf, abouts };
};

test('one changed, one removed, one added, one as it was', () => {
  const present = planOf('keep', 'change=old', 'remove');
  // A priority is part of what an operator sees: the one that stays keeps it.
  const next = makePlan(
    modelOf(
      [
        specOf('keep', { priority: 0, startMs: 0 }),
        specOf('change', { command: 'new', argv: ['new'], priority: 1, startMs: 0 }),
        specOf('add', { priority: 9 }),
      ],
      'never',
    ),
    { stopGroupsOneByOne: false },
  );
  const { engine, deeds, statesOf, spawned } = start(present, next);
  engine.onKernelEvent(HUP);
  assert.deepEqual(deeds(), ['read next configuration', 'kill 3 15 group'], 'the highest priority number first');
  engine.onKernelEvent(ended(3));
  assert.deepEqual(deeds(), ['finish 3', 'kill 2 15 group']);
  assert.deepEqual(statesOf(present), ['RUNNING 1', 'STOPPING 2', 'STOPPED 3']);
  engine.onKernelEvent(ended(2));
  assert.deepEqual(deeds(), ['finish 2', 'renumber', 'configuration changed', 'spawn 4', 'spawn 5']);
  assert.deepEqual(statesOf(next), ['RUNNING 1', 'STARTING 4', 'STARTING 5']);
  assert.deepEqual(
    spawned.slice(3).map(({ argv }) => argv),
    [['new'], ['add']],
  );
});

test('the events of a run that goes on find its process under its new index', () => {
  const present = planOf('a', 'b');
  const next = makePlan(modelOf([specOf('b', { priority: 1, startMs: 0 })], 'never'), { stopGroupsOneByOne: false });
  const { engine, deeds, statesOf } = start(present, next);
  engine.onKernelEvent(HUP);
  engine.onKernelEvent(ended(1));
  assert.deepEqual(statesOf(next), ['RUNNING 2']);
  deeds();
  engine.onKernelEvent(ended(2));
  assert.deepEqual(statesOf(next), ['EXITED 2']);
  assert.deepEqual(deeds(), ['finish 2']);
});

test('what was decided under the former plan is said of the program that it was decided for', () => {
  const { engine, abouts } = start(planOf('a', 'b'), makePlan(modelOf([specOf('b', { priority: 1, startMs: 0 })], 'never'), { stopGroupsOneByOne: false }));
  engine.onKernelEvent(HUP);
  engine.onKernelEvent(ended(1));
  assert.deepEqual(
    abouts.filter(([text]) => text.startsWith('stopped: a')).map(([, about]) => about),
    ['a'],
  );
  assert.ok(
    abouts.every(([text, about]) => about === undefined || text.includes(about)),
    JSON.stringify(abouts),
  );
});

test('a bad configuration changes nothing', () => {
  const { engine, deeds, world } = start(planOf('a'), null);
  const before = world();
  engine.onKernelEvent(HUP);
  assert.deepEqual(deeds(), ['read next configuration']);
  assert.deepEqual(world(), before);
});

test('the same configuration once more changes nothing that runs', () => {
  const { engine, deeds, statesOf } = start(planOf('a', 'b'), planOf('a', 'b'));
  engine.onKernelEvent(HUP);
  assert.deepEqual(
    deeds().filter((act) => /^(?:kill|spawn|finish)/u.test(act)),
    [],
  );
  assert.deepEqual(statesOf(planOf('a', 'b')), ['RUNNING 1', 'RUNNING 2']);
});

test('a stop of everything during a reload counts more: nothing of the next configuration is started', () => {
  const { engine, deeds, world } = start(planOf('a=old', 'b'), planOf('a=new', 'b'));
  engine.onKernelEvent(HUP);
  engine.onKernelEvent({ type: 'signalReceived', signal: 15, senderPid: 0, senderUid: 0 });
  for (const run of [2, 1]) engine.onKernelEvent(ended(run));
  engine.onKernelEvent({ type: 'swept', killed: 0 });
  assert.ok(!deeds().some((act) => act.startsWith('spawn')));
  assert.equal(world().phase, 'draining');
});

test('another HUP while one is under way reads nothing', () => {
  const { engine, deeds } = start(planOf('a=old'), planOf('a=new'));
  engine.onKernelEvent(HUP);
  deeds();
  engine.onKernelEvent(HUP);
  assert.deepEqual(deeds(), []);
});

test('groups come and go at once, where nothing has to end for it', () => {
  const present = planOf('a', 'b', 'c');
  const { engine, deeds, statesOf, spawned, isFlushed } = start(present, null);
  const without = planOf('a', 'b');
  assert.equal(engine.obstacleTo(without), 'stillRunning');
  engine.dispatch({ type: 'commandRequested', verb: 'stop', targets: [2] });
  engine.onKernelEvent(ended(3));
  deeds();
  assert.equal(engine.obstacleTo(without), null);
  engine.takePlan(without);
  assert.deepEqual(deeds(), ['renumber', 'configuration changed']);
  assert.deepEqual(statesOf(without), ['RUNNING 1', 'RUNNING 2']);

  const added = makePlan(
    modelOf(
      [
        specOf('first', { command: 'first', argv: ['first'], priority: -1, startMs: 0 }),
        specOf('a', { command: 'a', argv: ['a'], priority: 0, startMs: 0 }),
        specOf('b', { command: 'b', argv: ['b'], priority: 1, startMs: 0 }),
      ],
      'never',
    ),
    { stopGroupsOneByOne: false },
  );
  assert.equal(engine.obstacleTo(added), null);
  engine.takePlan(added);
  assert.deepEqual(deeds(), ['renumber', 'configuration changed', 'spawn 4']);
  assert.ok(isFlushed(), 'nobody else sends it');
  assert.deepEqual(statesOf(added), ['STARTING 4', 'RUNNING 1', 'RUNNING 2']);
  assert.deepEqual(spawned.at(-1)?.argv, ['first']);
  engine.onKernelEvent(ended(2));
  assert.deepEqual(statesOf(added), ['STARTING 4', 'RUNNING 1', 'EXITED 2']);

  engine.onKernelEvent({ type: 'signalReceived', signal: 15, senderPid: 0, senderUid: 0 });
  assert.equal(engine.obstacleTo(added), 'busy');
});

test('who is told of a change may change the groups', () => {
  const present = planOf('a', 'b');
  const { engine, statesOf } = start(present, null);
  const without = planOf('a');
  engine.watch((item) => {
    if (item.type === 'transition' && item.transition.to === 'EXITED') engine.takePlan(without);
  });
  engine.onKernelEvent(ended(2));
  assert.deepEqual(statesOf(without), ['RUNNING 1']);
  engine.onKernelEvent(ended(1));
  assert.deepEqual(statesOf(without), ['EXITED 1']);
});
