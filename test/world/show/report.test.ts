/** What a run's words add up to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readNotification } from '../../../src/world/events/notification.ts';
import { NO_REPORT, reportAfter, reportText } from '../../../src/world/show/report.ts';

const after = (...texts: readonly string[]) => texts.reduce((report, text) => reportAfter(report, readNotification(text)), NO_REPORT);

test('each word stands until another takes its place', () => {
  assert.deepEqual(after('STATUS=warm', 'MAINPID=7', 'WATCHDOG_USEC=2000000', 'RELOADING=1'), {
    status: 'warm',
    activity: 'reloading',
    mainPid: 7,
    watchdogMs: 2000,
  });
  assert.deepEqual(after('STATUS=warm', 'STATUS=').status, '');
  assert.equal(after('RELOADING=1', 'READY=1').activity, 'none');
  assert.equal(after('RELOADING=1', 'STOPPING=1').activity, 'stopping');
});

test('what says nothing new is the same report', () => {
  const report = after('STATUS=warm\nREADY=1\nMAINPID=7\nWATCHDOG_USEC=0');
  for (const text of ['', 'WATCHDOG=1', 'STATUS=warm', 'READY=1', 'MAINPID=7']) assert.equal(reportAfter(report, readNotification(text)), report);
});

test('behind a sentence', () => {
  assert.equal(reportText(NO_REPORT), '');
  assert.equal(reportText(after('STATUS=3 clients\nRELOADING=1\nMAINPID=7')), '; it is reloading; its main process is 7; it says: 3 clients');
});
