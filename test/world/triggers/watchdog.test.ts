/** Until when a sign of life is due. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePlan } from '../../../src/world/plan.ts';
import { NO_REPORT } from '../../../src/world/show/report.ts';
import { hasWatchdogs, watchdogDueMs, watchdogReason } from '../../../src/world/triggers/watchdog.ts';
import { PLAIN_SERVICE, modelOf, specOf } from '../../simulate/specs.ts';

const SETTINGS = { periodMs: 5000, action: 'restart' } as const;

test('as configured, as the run has asked for, or never', () => {
  assert.equal(watchdogDueMs(SETTINGS, NO_REPORT, 100), 5100);
  assert.equal(watchdogDueMs(SETTINGS, { ...NO_REPORT, watchdogMs: 200 }, 100), 300);
  assert.equal(watchdogDueMs(SETTINGS, { ...NO_REPORT, watchdogMs: 0 }, 100), null);
  assert.equal(watchdogDueMs(SETTINGS, { ...NO_REPORT, activity: 'stopping' }, 100), null);
  assert.equal(watchdogReason(SETTINGS, NO_REPORT), 'no WATCHDOG=1 within 5 seconds');
});

test('a plan knows whether it needs any', () => {
  const planWith = (watchdog: typeof SETTINGS | null) =>
    makePlan(modelOf([specOf('a', { service: { ...PLAIN_SERVICE, watchdog } })], 'never'), { stopGroupsOneByOne: false });
  assert.equal(hasWatchdogs(planWith(null)), false);
  assert.equal(hasWatchdogs(planWith(SETTINGS)), true);
});
