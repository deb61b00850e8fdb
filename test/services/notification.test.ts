/** What is read out of a datagram of sd_notify's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readNotification } from '../../src/services/notification.ts';

test('ready by that very line, wherever it stands', () => {
  assert.deepEqual(readNotification('READY=1'), { isReady: true, remarks: [] });
  assert.deepEqual(readNotification('STATUS=up\nREADY=1\n'), { isReady: true, remarks: ['STATUS=up'] });
  for (const text of ['', 'READY=0', 'READY', '=1', 'STATUS=READY=1', 'XREADY=1']) assert.equal(readNotification(text).isReady, false, text);
});

test('what else is worth a line: the last of each name, short, without control characters', () => {
  assert.deepEqual(readNotification('STATUS=a\nSTOPPING=1\nSTATUS=b\nBARRIER=1\nFDSTORE=1').remarks, ['STATUS=b', 'STOPPING=1']);
  assert.deepEqual(readNotification('STATUS=\u001b[1mx\ry').remarks, ['STATUS=?[1mx?y']);
  assert.equal(readNotification(`STATUS=${'x'.repeat(5000)}`).remarks[0]?.length, 200);
});
