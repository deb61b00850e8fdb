/** What a KILL has reached beside a main process is said, and kept for the report of a stop of everything. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePlan } from '../../src/world/plan.ts';
import type { World, WorldEvent, WorldResult } from '../../src/world/types.ts';
import { createWorld, stepWorld } from '../../src/world/world.ts';
import { modelOf, specOf } from '../simulate/specs.ts';

const planOf = (signalsLikeSupervisord: boolean) => ({ ...makePlan(modelOf([specOf('web')], 'all'), { stopGroupsOneByOne: false }), signalsLikeSupervisord });
const killed: WorldEvent = { type: 'killed', run: 1, count: 3, named: [{ pid: 70, name: 'helper' }] };
const linesOf = ({ effects }: WorldResult): readonly string[] =>
  effects.flatMap((effect) => (effect.type === 'notice' ? [`${effect.level}: ${effect.text}`] : []));
const LINES = ['killed what did not end in its time: process 70 ("helper") of web', 'killed what did not end in its time: 2 more'];
const UNKNOWN: WorldEvent = { type: 'killed', run: 99, count: 1, named: [{ pid: 70, name: 'helper' }] };

test('while programs run it is said, and not kept', () => {
  const plan = planOf(false);
  const { world } = stepWorld(plan, createWorld(plan), { type: 'startUp' }, 0);
  const told = stepWorld(plan, world, killed, 1);
  assert.deepEqual(
    linesOf(told),
    LINES.map((line) => `warn: ${line}`),
  );
  assert.equal(told.world.left, undefined);
  assert.deepEqual(linesOf(stepWorld(plan, world, UNKNOWN, 1)), ['warn: killed what did not end in its time: process 70 ("helper")']);
});

test('in a stop of everything it is kept, sixteen at most', () => {
  const plan = planOf(true);
  let world: World = stepWorld(plan, createWorld(plan), { type: 'startUp' }, 0).world;
  world = stepWorld(plan, world, { type: 'stopEverythingRequested' }, 1).world;
  const told = stepWorld(plan, world, killed, 2);
  assert.deepEqual(
    linesOf(told),
    LINES.map((line) => `debug: ${line}`),
  );
  assert.deepEqual(told.world.left, [{ pid: 70, name: 'helper', program: 'web', killed: true }]);
  ({ world } = told);
  for (let count = 0; count < 20; count += 1) ({ world } = stepWorld(plan, world, killed, 3));
  assert.equal(world.left?.length, 16);
});
