/** What holds for the whole container: the start comes to its end, failures are not too many, not too many start at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProcessSpec, SupervisorSpec } from '../../../src/config/model/model.ts';
import type { Dependency } from '../../../src/config/model/service-model.ts';
import { makePlan, type Plan } from '../../../src/world/plan.ts';
import { createWorld } from '../../../src/world/world.ts';
import { why } from '../../../src/world/show/why.ts';
import { processViews } from '../../../src/world/show/views.ts';
import { createMachine } from '../../../src/simulate/machine.ts';
import type { RunScript } from '../../../src/simulate/script.ts';
import { modelOf, PLAIN_SERVICE, specOf } from '../../simulate/specs.ts';

const planOf = (supervisor: Partial<SupervisorSpec>, specs: readonly ProcessSpec[], policy: 'never' | 'all' = 'never'): Plan => {
  const model = modelOf(specs, policy);
  return makePlan({ ...model, supervisor: { ...model.supervisor, ...supervisor } }, { stopGroupsOneByOne: false });
};
const needs = (...names: readonly string[]): Partial<ProcessSpec> => ({
  service: { ...PLAIN_SERVICE, dependsOn: names.map((name): Dependency => ({ name, condition: 'started', isSoft: false })) },
});

const lifeOf = (plan: Plan, scripts: readonly (readonly RunScript[])[]) => {
  const said: string[] = [];
  let most = 0;
  const machine = createMachine(plan, createWorld(plan), scripts, {
    onEvent: () => {},
    onEffect: (nowMs, effect) => {
      if (effect.type === 'notice' && (effect.level === 'error' || effect.level === 'warn')) said.push(`${nowMs} ${effect.text}`);
      if (effect.type === 'exit') said.push(`${nowMs} exit ${effect.code}`);
    },
    onWorld: (_, __, { states }) => void (most = Math.max(most, states.filter(({ name }) => name === 'STARTING').length)),
  });
  machine.feed({ type: 'startUp' });
  return { machine, said, most: () => most };
};
const crash: RunScript = { endsAfterMs: 1500, code: 3 };
const stays: RunScript = {};

test('a start that is complete in time has no limit any more', () => {
  const done = specOf('done', { startMs: 0, autorestart: 'never' });
  const plan = planOf({ startTimeoutMs: 5000 }, [specOf('a'), done, specOf('idle', { autostart: false })]);
  const { machine, said } = lifeOf(plan, [[stays], [{ endsAfterMs: 10 }], []]);
  assert.equal(machine.world().startDeadlineMs, 5000);
  machine.run(4000);
  assert.equal(machine.world().startDeadlineMs, null);
  machine.run(60_000);
  assert.deepEqual(said, []);
  assert.equal(machine.world().phase, 'running');
});

test('a start that is not ends everything, with a code of its own, and names who is missing', () => {
  const late = specOf('db', { startMs: 0, service: { ...PLAIN_SERVICE, readyOn: { kind: 'log', pattern: 'up' } } });
  const web = specOf('web', { service: { ...PLAIN_SERVICE, dependsOn: [{ name: 'db', condition: 'ready', isSoft: false }] } });
  const failed = specOf('zero', { autorestart: 'never', startMs: 0 });
  const slow = specOf('slow', { startMs: 60_000 });
  const { machine, said } = lifeOf(planOf({ startTimeoutMs: 3000 }, [late, web, failed, slow]), [[stays], [stays], [stays], [{ endsAfterMs: 5, code: 1 }]]);
  machine.run(60_000);
  assert.equal(
    said[1],
    '3000 exiting with code 75: not everything is up within 3 seconds: db is not ready, slow is STARTING, web waits for db:ready, zero is EXITED (start_timeout)',
  );
  assert.match(said.at(-1) ?? '', /exit 75$/);
  assert.deepEqual(machine.world().decision, { cause: 'startTimeout', atMs: 3000, index: 0, code: 75, rule: 'start_timeout' });
});

test('of many that are missing some are named', () => {
  const specs = Array.from({ length: 8 }, (_, index) => specOf(`p${index}`, { startMs: 60_000 }));
  const { machine, said } = lifeOf(
    planOf({ startTimeoutMs: 1000, exitCodeMap: { 75: 1 } }, specs),
    specs.map(() => [stays]),
  );
  machine.run(60_000);
  assert.match(said[0] ?? '', /code 1: .*: p0 is STARTING, p1 is STARTING, p2 is STARTING, p3 is STARTING, p4 is STARTING, 3 more \(start_timeout\)/);
  assert.match(said.at(-1) ?? '', /exit 1$/);
});

test('more failures than the budget allows end everything, whoever failed', () => {
  const specs = [specOf('a', { autorestart: 'always' }), specOf('b', { startRetries: 0 })];
  const { machine, said } = lifeOf(planOf({ crashBudget: { count: 2, periodMs: 10_000 } }, specs), [
    [crash],
    [{ spawnFails: { reason: 'gone', exitCode: 127 } }],
  ]);
  machine.run(60_000);
  // b fails at 1, a at 1501 and 3002.
  assert.ok(said.includes('3002 exiting with code 69: more than 2 failures within 10 seconds, the last one of a (crash_budget)'), said.join('\n'));
  assert.match(said.at(-1) ?? '', /exit 69$/);
});

test('failures that are far apart, expected, or to be ignored are within any budget', () => {
  const specs = [
    specOf('far', { autorestart: 'always', service: { ...PLAIN_SERVICE, restart: { ...PLAIN_SERVICE.restart, delayMs: 9000 } } }),
    specOf('fine', { autorestart: 'always', startMs: 0, service: { ...PLAIN_SERVICE, restart: { ...PLAIN_SERVICE.restart, delayMs: 500 } } }),
    specOf('ignored', { autorestart: 'always', service: { ...PLAIN_SERVICE, onFailure: 'ignore' } }),
  ];
  const { machine, said } = lifeOf(planOf({ crashBudget: { count: 1, periodMs: 10_000 } }, specs), [[crash], [{ endsAfterMs: 10 }], [crash]]);
  machine.run(60_000);
  assert.equal(machine.world().phase, 'running', said.join('\n'));
  assert.equal(machine.world().crashes, 1);
});

test('a program that is taken down for being unhealthy has failed, one that an operator stops has not', () => {
  const specs = [specOf('sick', { startMs: 0 }), specOf('stopped', { startMs: 0 })];
  const { machine } = lifeOf(planOf({ crashBudget: { count: 9, periodMs: 10_000 } }, specs), [[stays], [stays]]);
  machine.run(2000);
  machine.feed({ type: 'commandRequested', verb: 'stop', targets: [1] });
  machine.feed({ type: 'process', index: 0, event: { type: 'unhealthy', run: 1, reason: 'deaf', outcome: 'fatal' } });
  machine.run(60_000);
  assert.equal(machine.world().states[0]?.name, 'FATAL');
  assert.equal(machine.world().crashes, 1);
});

test('not more than so many are STARTING at a time, in the order of starts', () => {
  const specs = Array.from({ length: 5 }, (_, index) => specOf(`p${index}`));
  const plan = planOf({ parallelStart: 2 }, specs);
  const { machine, most } = lifeOf(
    plan,
    specs.map(() => [stays]),
  );
  const names = () => machine.world().states.map(({ name }) => name);
  assert.deepEqual(names(), ['STARTING', 'STARTING', 'STOPPED', 'STOPPED', 'STOPPED']);
  const moment = { nowMs: 0, wallOffsetMs: 0 };
  assert.equal(processViews(plan, machine.world(), moment)[2]?.description, 'waiting for its turn');
  assert.equal(why(plan, machine.world(), 2, moment), 'p2 waits until others have started: parallel_start=2.');
  machine.run(1500);
  assert.deepEqual(names(), ['RUNNING', 'RUNNING', 'STARTING', 'STARTING', 'STOPPED']);
  machine.run(10_000);
  assert.deepEqual(names(), ['RUNNING', 'RUNNING', 'RUNNING', 'RUNNING', 'RUNNING']);
  assert.equal(most(), 2);
});

test('a turn comes behind what a program depends on, and a failed start makes room', () => {
  const specs = [specOf('a', { priority: 1, ...needs('c') }), specOf('b', { priority: 2, startRetries: 0 }), specOf('c', { priority: 3 })];
  const { machine, most } = lifeOf(planOf({ parallelStart: 1 }, specs), [[stays], [{ endsAfterMs: 100, code: 1 }], [stays]]);
  const names = () => machine.world().states.map(({ name }) => name);
  assert.deepEqual(names(), ['STOPPED', 'STARTING', 'STOPPED']);
  machine.run(500);
  assert.deepEqual(names(), ['STOPPED', 'FATAL', 'STARTING']);
  machine.run(5000);
  assert.deepEqual(names(), ['RUNNING', 'FATAL', 'RUNNING']);
  machine.feed({ type: 'commandRequested', verb: 'start', targets: [1] });
  assert.equal(machine.world().states[1]?.name, 'STARTING');
  assert.equal(most(), 1);
});
