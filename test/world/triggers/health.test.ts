/** When a run is checked, and what the answers mean. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HealthSettings } from '../../../src/config/model/service-model.ts';
import { type Health, answered, asking, beginHealth, hasHealthChecks } from '../../../src/world/triggers/health.ts';
import { makePlan } from '../../../src/world/plan.ts';
import { PLAIN_SERVICE, modelOf, specOf } from '../../simulate/specs.ts';

const SETTINGS: HealthSettings = {
  probe: { kind: 'tcp', host: 'localhost', port: 1 },
  intervalMs: 10_000,
  timeoutMs: 5000,
  retries: 2,
  startPeriodMs: 0,
  action: 'restart',
};
const BAD = { problem: 'refused' };
const GOOD = { problem: null };

/** Answers at given times; what each meant. */
const play = (answers: readonly (readonly [atMs: number, answer: typeof BAD | typeof GOOD])[], settings: Partial<HealthSettings> = {}) => {
  let health: Health = beginHealth(0);
  const verdicts = answers.map(([atMs, answer]) => {
    const result = answered(asking(health), answer, { ...SETTINGS, ...settings }, atMs);
    health = result.health;
    return result.verdict.kind === 'unhealthy' ? result.verdict.reason : result.verdict.kind;
  });
  return { verdicts, health };
};

test('the first good answer is readiness; then it is asked at its interval', () => {
  assert.equal(beginHealth(5).dueMs, 105);
  assert.equal(asking(beginHealth(5)).dueMs, null);
  const { verdicts, health } = play([
    [100, BAD],
    [1100, GOOD],
    [11_100, GOOD],
  ]);
  assert.deepEqual(verdicts, ['nothing', 'ready', 'nothing']);
  assert.equal(health.dueMs, 21_100);
});

test('until the first good one it is asked each second, or at a shorter interval', () => {
  assert.equal(play([[100, BAD]]).health.dueMs, 1100);
  assert.equal(play([[100, BAD]], { intervalMs: 500 }).health.dueMs, 600);
});

test('so many failures in a row are unhealthy, told once; good again is told', () => {
  const { verdicts } = play([
    [100, GOOD],
    [200, BAD],
    [300, GOOD],
    [400, BAD],
    [500, BAD],
    [600, BAD],
    [700, GOOD],
  ]);
  assert.deepEqual(verdicts, ['ready', 'nothing', 'nothing', 'nothing', 'health check failed 2 times in a row: refused', 'nothing', 'recovered']);
  assert.deepEqual(play([[1, BAD]], { retries: 1 }).verdicts, ['health check failed once: refused']);
});

test('within the start period failures do not count', () => {
  const { verdicts } = play(
    [
      [100, BAD],
      [4900, BAD],
      [5000, BAD],
      [6000, BAD],
    ],
    { startPeriodMs: 5000 },
  );
  assert.deepEqual(verdicts, ['nothing', 'nothing', 'nothing', 'health check failed 2 times in a row: refused']);
});

test('a plan has checks when one of its programs has', () => {
  const checked = specOf('a', { service: { ...PLAIN_SERVICE, health: SETTINGS } });
  assert.equal(hasHealthChecks(makePlan(modelOf([specOf('a')]), { stopGroupsOneByOne: false })), false);
  assert.equal(hasHealthChecks(makePlan(modelOf([specOf('b'), checked]), { stopGroupsOneByOne: false })), true);
});
