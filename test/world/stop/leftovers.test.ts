/** What the sweep found, by name and by the program that it came from: said, and kept for the report. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INITIAL_STATE } from '../../../src/process/initial-state.ts';
import { leftBehind, leftLines } from '../../../src/world/stop/leftovers.ts';
import { makePlan } from '../../../src/world/plan.ts';
import { FIRST_TASK_RUN } from '../../../src/world/task-runs.ts';
import { createWorld, stepWorld } from '../../../src/world/world.ts';
import { modelOf, specOf } from '../../simulate/specs.ts';

const plan = makePlan(modelOf([specOf('a'), specOf('b_1', { group: 'b' })]), { stopGroupsOneByOne: false });
const states = [3, 5].map((run) => ({ ...INITIAL_STATE, name: 'EXITED' as const, run, exit: { code: 0, signal: null, coreDumped: false } }));
const found = (run: number, wasKilled = false) => ({ pid: 40 + run, name: 'x', run, wasKilled });

test('each is said to come from its program, as far as that is known', () => {
  const left = leftBehind(plan, states, [found(5, true), found(4), found(0), { ...found(0), run: FIRST_TASK_RUN }]);
  assert.deepEqual(left[0], { pid: 45, name: 'x', program: 'b:b_1', killed: true });
  assert.deepEqual(
    left.map(({ program }) => program),
    ['b:b_1', null, null, 'hook or health check'],
  );
  assert.deepEqual(leftLines(left.slice(0, 2), 4), [
    'left behind: process 45 ("x"), which came from b:b_1, had to be killed',
    'left behind: process 44 ("x") was ended',
    'left behind: 2 more',
  ]);
  assert.deepEqual(leftLines([], 0), []);
});

test('the sweep of a shutdown tells and keeps it; without leave_nothing there is none', () => {
  const world = { ...createWorld(plan), states };
  const stopping = stepWorld(plan, world, { type: 'stopEverythingRequested' }, 1);
  assert.equal(stopping.world.phase, 'sweeping');
  const swept = stepWorld(plan, stopping.world, { type: 'swept', left: 1, named: [found(3)] }, 2);
  assert.deepEqual(swept.world.left, [{ pid: 43, name: 'x', program: 'a', killed: false }]);
  assert.ok(swept.effects.some((effect) => effect.type === 'notice' && effect.text.startsWith('left behind: process 43')));
  const alike = { ...plan, signalsLikeSupervisord: true };
  const quiet = stepWorld(alike, stopping.world, { type: 'swept', left: 1, named: [found(3)] }, 2);
  assert.ok(quiet.effects.some((effect) => effect.type === 'notice' && effect.level === 'debug'));
  const { model } = plan;
  const lenient = { ...plan, model: { ...model, supervisor: { ...model.supervisor, leavesNothing: false } } };
  assert.equal(stepWorld(lenient, world, { type: 'stopEverythingRequested' }, 1).world.phase, 'draining');
});
