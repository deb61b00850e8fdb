/** What a run uses, held against what it may: when it is too much, when that is told, and when it is looked at next. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UsageSettings } from '../../../src/config/model/service-model.ts';
import { makePlan } from '../../../src/world/plan.ts';
import { type Excess, type Usage, beginUsage, hasUsageLimits, judge } from '../../../src/world/triggers/usage.ts';
import { PLAIN_SERVICE, modelOf, specOf } from '../../simulate/specs.ts';

const MB = 1_048_576;
const MEMORY: UsageSettings = { memory: { bytes: 200 * MB, action: 'restart' }, cpu: null };
const CPU: UsageSettings = { memory: null, cpu: { percent: 50, periodMs: 10_000, action: 'event' } };

/** Looks at given times; what each led to. */
const play = (settings: UsageSettings, looks: readonly (readonly [atMs: number, bytes: number, cpuMs: number])[]) => {
  let usage: Usage = beginUsage(0);
  const told = looks.map(([atMs, bytes, cpuMs]): readonly Excess[] => {
    const result = judge(usage, { atMs, bytes, cpuMs }, settings);
    usage = result.usage;
    return result.excesses;
  });
  return { usage, told, reasons: told.map((each) => each.map(({ reason }) => reason).join('; ')) };
};

test('is anything watched?', () => {
  const planOf = (usage: UsageSettings | null) => makePlan(modelOf([specOf('web', { service: { ...PLAIN_SERVICE, usage } })]), { stopGroupsOneByOne: false });
  assert.equal(hasUsageLimits(planOf(null)), false);
  assert.equal(hasUsageLimits(planOf(MEMORY)), true);
});

test('memory counts at one look, and is told once until it is well again', () => {
  const { told, reasons } = play(MEMORY, [
    [1000, 200 * MB, 0],
    [2000, 201 * MB, 0],
    [3000, 300 * MB, 0],
    [4000, 100 * MB, 0],
    [9000, 210.25 * MB, 0],
  ]);
  assert.deepEqual(reasons, ['', 'over memory_limit: 201 MiB of 200 MiB', '', '', 'over memory_limit: 210.3 MiB of 200 MiB']);
  const [first] = told[1] ?? [];
  assert.deepEqual([first?.limit, first?.used, first?.most, first?.action], ['memory', 201 * MB, 200 * MB, 'restart']);
});

test('memory is looked at more often near its limit', () => {
  assert.equal(beginUsage(500).nextLookMs, 1500);
  assert.equal(play(MEMORY, [[1000, 100 * MB, 0]]).usage.nextLookMs, 6000);
  assert.equal(play(MEMORY, [[1000, 160 * MB, 0]]).usage.nextLookMs, 2000);
});

test('processor time counts over its whole period', () => {
  const busy = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((second) => [second * 1000, 0, second * 900] as const);
  const { reasons, usage, told } = play(CPU, busy);
  assert.deepEqual(reasons.slice(0, 10).join(''), '', 'not before there is a period to look back on');
  assert.equal(reasons[10], 'over cpu_limit: 90 % of 50 % for 10 s');
  assert.equal(reasons[11], '', 'told once');
  assert.deepEqual(
    told[10]?.map(({ used, most, action }) => [used, most, action]),
    [[90, 50, 'event']],
  );
  assert.equal(usage.nextLookMs, 12_000 + 2500);
});

test('a burst within the period, and time that ended processes took along, are no excess', () => {
  const burst = play(CPU, [
    [1000, 0, 0],
    [3000, 0, 2000],
    [6000, 0, 2000],
    [11_000, 0, 2000],
    [13_000, 0, 500],
    [16_000, 0, 600],
  ]);
  assert.deepEqual(burst.reasons.join(''), '');
  assert.equal(burst.usage.spent.at(-1)?.cpuMs, 2100);
});

test('what is kept of a period is bounded', () => {
  const looks = Array.from({ length: 500 }, (_, index) => [(index + 1) * 100, 0, index] as const);
  assert.ok(play(CPU, looks).usage.spent.length <= 43);
});

test('two limits at once', () => {
  const both: UsageSettings = { memory: { bytes: MB, action: 'stop' }, cpu: { percent: 1, periodMs: 1000, action: 'stop' } };
  const { told } = play(both, [
    [1000, 0, 0],
    [2000, 2 * MB, 1000],
  ]);
  assert.deepEqual(
    told[1]?.map(({ limit }) => limit),
    ['memory', 'cpu'],
  );
});
