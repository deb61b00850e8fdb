/** Another configuration for a running world: who has to leave, in which order, what the next world is, and who may not interfere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INITIAL_STATE } from '../../src/process/initial-state.ts';
import type { ProcessState, StateName } from '../../src/process/types.ts';
import { makePlan, type Plan } from '../../src/world/plan.ts';
import { leavingAlive, movedEvent, obstacleTo, planChange, replan } from '../../src/world/replan.ts';
import type { World, WorldEvent } from '../../src/world/types.ts';
import { createWorld, stepWorld } from '../../src/world/world.ts';
import { modelOf, specOf } from '../simulate/specs.ts';

type Program = readonly [name: string, overrides?: Parameters<typeof specOf>[1]];

const planOf = (...programs: readonly Program[]): Plan =>
  makePlan(
    modelOf(
      programs.map(([name, overrides]) => specOf(name, overrides)),
      'never',
    ),
    { stopGroupsOneByOne: false },
  );

const worldOf = (plan: Plan, ...names: readonly StateName[]): World => ({
  ...createWorld(plan),
  nextRun: 10,
  states: names.map((name, index): ProcessState => ({ ...INITIAL_STATE, name, run: index + 1, pid: name === 'RUNNING' ? 100 + index : 0, wish: 'up' })),
});

const show = (plan: Plan, world: World, event: WorldEvent, atMs = 1): { readonly world: World; readonly shown: readonly string[] } => {
  const result = stepWorld(plan, world, event, atMs);
  const shown = result.effects.map((effect) => {
    if (effect.type === 'notice') return `${effect.level}: ${effect.text}`;
    if (effect.type === 'signal') return `signal ${effect.run} ${effect.signal}`;
    return 'run' in effect ? `${effect.type} ${effect.run}` : effect.type;
  });
  return { world: result.world, shown: shown.filter((line) => !line.startsWith('debug: killing')) };
};

const signal = (number: number): WorldEvent => ({ type: 'signalReceived', signal: number, hasTerminal: true });
const ended = (index: number): WorldEvent => ({
  type: 'process',
  index,
  event: { type: 'exited', run: index + 1, status: { code: 0, signal: null, coreDumped: false }, groupEnded: true, atMs: 5 },
});

test('who leaves: what was removed or changed, with why; supervisord stops all', () => {
  const present = planOf(['keep'], ['change', { stopWaitMs: 1 }], ['gone']);
  const next = planOf(['keep'], ['change', { stopWaitMs: 2 }], ['new']);
  const { leaving, summary } = planChange(present, next, false);
  assert.deepEqual(new Set(leaving.map((index) => present.processes[index]?.name)), new Set(['change', 'gone']));
  assert.match(summary.join('\n'), /^gone: removed\nchange: changed \(.+\)\nnew: added$/u);
  assert.deepEqual(planChange(present, present, false), { leaving: [], summary: [] });
  assert.deepEqual(planChange(present, present, true), { leaving: [0, 1, 2], summary: [] });
});

test('of a group that has changed only what differs leaves, and has to be down first', () => {
  const groupOf = (...programs: readonly Program[]): Plan => {
    const processes = programs.map(([name, overrides]) => ({ ...specOf(name, overrides), group: 'g' }));
    return makePlan({ ...modelOf([], 'never'), groups: [{ kind: 'group', name: 'g', priority: 999, processes }] }, { stopGroupsOneByOne: false });
  };
  const present = groupOf(['a'], ['b'], ['c']);
  const next = groupOf(['a'], ['b', { stopWaitMs: 2 }], ['d']);
  assert.deepEqual(planChange(present, next, false), { leaving: [1, 2], summary: ['g: changed (b.stopWaitMs, c, d)'] });
  const names = (world: World): readonly string[] => leavingAlive(present, world, next).map(({ name }) => name);
  assert.deepEqual(names(worldOf(present, 'RUNNING', 'RUNNING', 'RUNNING')), ['b', 'c']);
  assert.deepEqual(names(worldOf(present, 'RUNNING', 'STOPPED', 'RUNNING')), ['c']);
  assert.deepEqual(names({ ...worldOf(present), states: [] }), []);
});

test('the next world: what goes on keeps its state under its new index, the rest begins anew', () => {
  const present = planOf(['a'], ['b'], ['c']);
  const next = planOf(['b'], ['c'], ['d']);
  const world: World = { ...worldOf(present, 'STOPPED', 'RUNNING', 'STOPPED'), phase: 'reloading', leaving: [0, 2], wave: 1, deadlineMs: 7 };
  const { world: carried, moved, fresh } = replan(present, world, next);
  assert.deepEqual([[...moved], fresh], [[[1, 0]], [1, 2]]);
  assert.equal(carried.states[0], world.states[1], 'the very same state');
  assert.deepEqual(carried.states.slice(1), [INITIAL_STATE, INITIAL_STATE]);
  assert.deepEqual([carried.phase, carried.leaving, carried.wave, carried.deadlineMs, carried.nextRun], ['running', [], 0, null, 10]);
  assert.deepEqual(replan(present, { ...world, states: [] }, next).fresh, [0, 1, 2], 'a state that is missing is a new one');
});

test('leaving ones stop wave after wave, others are not touched, then the plan is asked for once', () => {
  const plan = planOf(['first', { priority: 1 }], ['stays', { priority: 2 }], ['last', { priority: 3 }]);
  let { world, shown } = show(plan, worldOf(plan, 'RUNNING', 'RUNNING', 'RUNNING'), { type: 'reloadBegun', leaving: [0, 2], isWhole: false });
  assert.deepEqual([world.phase, shown], ['reloading', ['signal 3 15', 'info: waiting for first, last to end']]);
  ({ world, shown } = show(plan, world, { type: 'timePassed' }, 3001));
  assert.deepEqual(shown, ['info: waiting for first, last to end'], 'said again every three seconds');
  ({ world, shown } = show(plan, world, ended(2), 3002));
  assert.ok(shown.includes('signal 1 15') && !shown.includes('changePlan'));
  ({ world, shown } = show(plan, world, ended(0), 3003));
  assert.deepEqual(
    shown.filter((line) => line === 'changePlan'),
    ['changePlan'],
  );
  assert.equal(world.deadlineMs, null);
  assert.equal(world.states[1]?.name, 'RUNNING');
  assert.deepEqual(show(plan, world, { type: 'resumed' }).shown, ['changePlan'], 'a successor asks again');
});

test('what a leaving one has left behind is ended before the next plan', () => {
  const plan = planOf(['a', { stopScopes: { signal: 'group', wait: 'group', kill: 'tree' } }]);
  const world = worldOf(plan, 'EXITED');
  const states = world.states.map((state) => ({ ...state, leftPid: 77 }));
  const begun = show(plan, { ...world, states }, { type: 'reloadBegun', leaving: [0], isWhole: false });
  assert.deepEqual(begun.shown, ['info: stopping what a has left behind: process 77', 'signal 1 15', 'info: waiting for a to end']);
  const over = show(plan, begun.world, { type: 'process', index: 0, event: { type: 'treeEnded', run: 1 } });
  assert.deepEqual(over.shown, ['release 1', 'changePlan']);
});

test('nothing leaves, or there is nothing at all: the plan is asked for at once', () => {
  const plan = planOf(['a']);
  assert.deepEqual(show(plan, worldOf(plan, 'RUNNING'), { type: 'reloadBegun', leaving: [], isWhole: false }).shown, ['changePlan']);
  const none = planOf();
  assert.ok(show(none, createWorld(none), { type: 'reloadBegun', leaving: [], isWhole: false }).shown.includes('changePlan'));
});

test('while it is under way: commands on those that stay, no second reload, and a stop counts more', () => {
  const plan = planOf(['leaves'], ['stays']);
  const { world } = show(plan, worldOf(plan, 'RUNNING', 'RUNNING'), { type: 'reloadBegun', leaving: [0], isWhole: false });
  assert.equal(show(plan, world, { type: 'reloadBegun', leaving: [1], isWhole: false }).world, world);
  assert.deepEqual(show(plan, world, signal(1)).shown, ['warn: ignored SIGHUP: another reload is under way']);
  const commanded = show(plan, world, { type: 'commandRequested', verb: 'stop', targets: [0, 1] }).shown;
  assert.deepEqual(commanded, ['warn: cannot stop leaves: it is leaving for another configuration', 'signal 2 15']);
  const stopped = show(plan, world, { type: 'stopEverythingRequested' });
  assert.deepEqual([stopped.world.phase, stopped.world.leaving], ['stopping', []]);
  assert.deepEqual(show(plan, stopped.world, signal(1)).shown, ['warn: ignored SIGHUP: everything is being stopped']);
});

test('HUP reads again, USR2 opens logs again at any time, and supervisord passes nothing on', () => {
  const plan = planOf(['a']);
  const world = worldOf(plan, 'RUNNING');
  assert.deepEqual(show(plan, world, signal(1)).shown, ['warn: reading the configuration again: SIGHUP', 'reload']);
  assert.deepEqual(show(plan, world, signal(12)).shown, ['info: opening log files again: SIGUSR2', 'reopenLogs']);
  assert.deepEqual(show(plan, { ...world, phase: 'stopping' }, signal(12)).shown, ['info: opening log files again: SIGUSR2', 'reopenLogs']);
  const likeSupervisord = makePlan(modelOf([specOf('a', { forwarding: [] })], 'never'), { stopGroupsOneByOne: true, signalsLikeSupervisord: true });
  const reloading: World = { ...world, phase: 'reloading' };
  assert.deepEqual(show(likeSupervisord, world, signal(1)).shown, ['warn: received SIGHUP indicating restart request', 'reload']);
  assert.equal(show(likeSupervisord, reloading, signal(1)).shown[0], 'warn: ignored SIGHUP indicating restart request (another is under way)');
  assert.deepEqual(show(likeSupervisord, { ...world, phase: 'stopping' }, signal(1)).shown, [
    'warn: ignored SIGHUP indicating restart request (shutdown in progress)',
  ]);
  assert.deepEqual(show(likeSupervisord, world, signal(12)).shown, ['info: received SIGUSR2 indicating log reopen request', 'reopenLogs']);
  assert.deepEqual(show(likeSupervisord, world, signal(10)).shown, ['debug: ignored SIGUSR1: it means nothing to supervisord']);
});

test('a command restarts everything, also what has not changed, unless something is under way', () => {
  const plan = planOf(['a'], ['b']);
  const command: WorldEvent = { type: 'restartEverythingRequested' };
  const asked = stepWorld(plan, worldOf(plan, 'RUNNING', 'STOPPED'), command, 1);
  assert.deepEqual(asked.effects, [{ type: 'reload', isWhole: true }]);
  const begun = show(plan, asked.world, { type: 'reloadBegun', leaving: [0, 1], isWhole: true });
  assert.deepEqual([begun.world.phase, begun.shown], ['restarting', ['signal 1 15', 'info: waiting for a to end']]);
  assert.deepEqual(show(plan, begun.world, ended(0)).shown, ['info: stopped: a (exit status 0)', 'release 1', 'changePlan']);
  assert.deepEqual(show(plan, { ...begun.world, wave: 9 }, { type: 'resumed' }).shown.at(-1), 'changePlan');
  assert.deepEqual(show(plan, begun.world, { type: 'commandRequested', verb: 'start', targets: [1] }).shown, [
    'warn: cannot start b: it is leaving for another configuration',
  ]);
  assert.deepEqual(show(plan, begun.world, command).shown, ['warn: ignored a command to restart everything: another reload is under way']);
  assert.deepEqual(show(plan, { ...begun.world, phase: 'stopping', leaving: [] }, command).shown, [
    'warn: ignored a command to restart everything: everything is being stopped',
  ]);
});

test('what is new is started unless it is not to be, and the exit policy looks at the new plan', () => {
  const plan = planOf(['a'], ['b', { autostart: false }]);
  assert.deepEqual(show(plan, createWorld(plan), { type: 'planChanged', fresh: [0, 1] }).shown, ['spawn 1']);
  const nothing = makePlan(modelOf([specOf('b', { autostart: false })], 'all'), { stopGroupsOneByOne: false });
  assert.equal(show(nothing, createWorld(nothing), { type: 'planChanged', fresh: [0] }).world.phase, 'sweeping');
});

test('what keeps another plan from taking over at once', () => {
  const present = planOf(['keep'], ['gone']);
  const next = planOf(['keep'], ['new']);
  assert.equal(obstacleTo(present, worldOf(present, 'RUNNING', 'RUNNING'), present), null, 'the same');
  assert.equal(obstacleTo(present, worldOf(present, 'STOPPED', 'RUNNING'), next), null);
  assert.equal(obstacleTo(present, { ...worldOf(present), states: [] }, next), null, 'what has no state does not run');
  for (const state of ['RUNNING', 'STARTING', 'BACKOFF', 'STOPPING'] as const) {
    assert.equal(obstacleTo(present, worldOf(present, state, 'RUNNING'), next), 'stillRunning', state); // in the order of names
  }
  for (const phase of ['reloading', 'restarting', 'stopping', 'ended'] as const) {
    assert.equal(obstacleTo(present, { ...worldOf(present, 'STOPPED', 'STOPPED'), phase }, present), 'busy', phase);
  }
});

test('what waits to be stepped follows its process to another plan', () => {
  const moved = new Map([[1, 0]]);
  assert.deepEqual(movedEvent(ended(1), moved), { ...ended(1), index: 0 });
  assert.equal(movedEvent(ended(0), moved), null);
  const command = { type: 'commandRequested', verb: 'stop' } as const;
  assert.deepEqual(movedEvent({ ...command, targets: [0, 1] }, moved), { ...command, targets: [0] });
  assert.deepEqual(movedEvent({ type: 'swept' }, moved), { type: 'swept' });
});
