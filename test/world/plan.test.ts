/** Start order and stop waves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fullName, makePlan } from '../../src/world/plan.ts';
import { modelOf, specOf } from '../simulate/specs.ts';

const named = (plan: ReturnType<typeof makePlan>) => ({
  start: plan.processes.map(fullName),
  stop: plan.stopWaves.map((wave) => wave.map((index) => fullName(plan.processes[index] ?? specOf('?')))),
});

const model = modelOf([
  specOf('web', { priority: 20 }),
  specOf('api', { priority: 20 }),
  specOf('db', { priority: 10 }),
  specOf('api', { group: 'api', priority: 20 }),
  specOf('one', { group: 'pool', priority: 20 }),
  specOf('two', { group: 'pool', priority: 30 }),
  specOf('three', { group: 'pool', priority: 30 }),
]);

test('starts by priority, then name; stops groups of equal priority together, in reverse', () => {
  assert.deepEqual(named(makePlan(model, { stopGroupsOneByOne: false })), {
    start: ['db', 'api', 'api', 'pool:one', 'pool:two', 'pool:three', 'web'],
    stop: [['pool:three', 'pool:two', 'web', 'pool:one', 'api', 'api'], ['db']],
  });
});

test('stops strictly one group after the other where that is asked for', () => {
  assert.deepEqual(named(makePlan(model, { stopGroupsOneByOne: true })).stop, [['web'], ['pool:three', 'pool:two', 'pool:one'], ['api', 'api'], ['db']]);
});

test('as supervisord: groups of equal priority keep the order of their coming', () => {
  const late = modelOf([specOf('z', { priority: 5 }), specOf('a', { priority: 5 }), specOf('first', { priority: 1 })]);
  const plan = makePlan(late, { stopGroupsOneByOne: true, signalsLikeSupervisord: true });
  assert.deepEqual(named(plan), { start: ['first', 'z', 'a'], stop: [['a'], ['z'], ['first']] });
});

test('an empty configuration has an empty plan', () => {
  assert.deepEqual(named(makePlan(modelOf([]), { stopGroupsOneByOne: false })), { start: [], stop: [] });
});
