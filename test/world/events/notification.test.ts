/** What is read out of a datagram of sd_notify's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readNotification } from '../../../src/world/events/notification.ts';

const NOTHING = { isReady: false, isReloading: false, isStopping: false, watchdog: null, watchdogMs: null, mainPid: null, status: null, remarks: [] };

test('ready by that very line, wherever it stands', () => {
  assert.deepEqual(readNotification('READY=1'), { ...NOTHING, isReady: true });
  assert.deepEqual(readNotification('STATUS=up\nREADY=1\n'), { ...NOTHING, isReady: true, status: 'up', remarks: ['STATUS=up'] });
  for (const text of ['', 'READY=0', 'READY', '=1', 'STATUS=READY=1', 'XREADY=1']) assert.equal(readNotification(text).isReady, false, text);
});

test('what it is about to do, its main process', () => {
  assert.deepEqual(readNotification('RELOADING=1\nMONOTONIC_USEC=5'), { ...NOTHING, isReloading: true, remarks: ['RELOADING=1'] });
  assert.deepEqual(readNotification('STOPPING=1'), { ...NOTHING, isStopping: true, remarks: ['STOPPING=1'] });
  assert.equal(readNotification('MAINPID=42').mainPid, 42);
  for (const text of ['MAINPID=0', 'MAINPID=-1', 'MAINPID=x', 'MAINPID=', 'MAINPID=2147483648']) assert.equal(readNotification(text).mainPid, null, text);
});

test('signs of life are no remarks, a cry for help is one; the period may be another one', () => {
  assert.deepEqual(readNotification('WATCHDOG=1'), { ...NOTHING, watchdog: 'alive' });
  assert.deepEqual(readNotification('WATCHDOG=trigger'), { ...NOTHING, watchdog: 'trigger', remarks: ['WATCHDOG=trigger'] });
  assert.equal(readNotification('WATCHDOG=0').watchdog, null);
  assert.equal(readNotification('WATCHDOG_USEC=1500').watchdogMs, 1.5);
  assert.equal(readNotification('WATCHDOG_USEC=0').watchdogMs, 0);
  assert.equal(readNotification('WATCHDOG_USEC=18446744073709551615').watchdogMs, null);
});

test('what else is worth a line: the last of each name, short, without control characters', () => {
  const said = readNotification('STATUS=a\nSTOPPING=1\nSTATUS=b\nBARRIER=1\nFDSTORE=1\nERRNO=2');
  assert.deepEqual([said.remarks, said.status], [['STATUS=b', 'STOPPING=1', 'ERRNO=2'], 'b']);
  assert.deepEqual(readNotification('STATUS=\u001b[1mx\ry').status, '?[1mx?y');
  assert.equal(readNotification(`STATUS=${'x'.repeat(5000)}`).status?.length, 200);
});
