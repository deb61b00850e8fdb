/** What is missing to readiness, for each way of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingReadiness } from '../../../src/world/show/missing-readiness.ts';

test('each readiness that comes from outside says what has not come', () => {
  assert.equal(missingReadiness({ kind: 'started' }), null);
  assert.equal(missingReadiness({ kind: 'exit' }), null);
  assert.equal(missingReadiness({ kind: 'check' }), 'no health check has succeeded yet');
  assert.match(missingReadiness({ kind: 'notify' }) ?? '', /READY=1 on NOTIFY_SOCKET/u);
  assert.match(missingReadiness({ kind: 'fd', descriptor: 5 }) ?? '', /newline to descriptor 5 yet/u);
  assert.match(missingReadiness({ kind: 'log', pattern: '^up' }) ?? '', /matched \^up yet/u);
});
