/** What programs say: kept for a successor, told to those who listen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReports } from '../../../src/engine/publish/reports.ts';
import type { ReportMemory } from '../../../src/engine/publish/reports.ts';
import { boxOn, BOX_BYTES, EVENTS_AT, REPORTS_AT, REPORTS_BYTES } from '../../../src/kernel/box/box.ts';
import { createReportBox } from '../../../src/kernel/box/report-box.ts';
import { readNotification } from '../../../src/world/events/notification.ts';
import { NO_REPORT } from '../../../src/world/show/report.ts';

const STATUS = readNotification('STATUS=up');

const memoryOf = (): ReportMemory & { readonly saves: () => number } => {
  let kept: Uint8Array | null = null;
  let saves = 0;
  return {
    save: ([part = new Uint8Array(0)]) => {
      kept = part;
      saves++;
      return true;
    },
    load: () => kept,
    saves: () => saves,
  };
};

test('a successor knows what has been said; words of many are kept once for all', () => {
  const later: (() => void)[] = [];
  const memory = memoryOf();
  const reports = createReports((callback) => void later.push(callback));
  for (let run = 100; run < 140; run++) reports.hear(run, STATUS);
  reports.hear(3, STATUS); // before there is anything to keep it in
  reports.keepIn(memory, false);
  reports.hear(3, readNotification('STATUS=better'));
  reports.hear(4, STATUS);
  reports.forget(5);
  for (const each of later.splice(0)) each();
  assert.equal(memory.saves(), 1);
  const successor = createReports(() => {});
  successor.hear(4, readNotification('STATUS=newer'));
  successor.keepIn(memory, true);
  assert.deepEqual(
    [3, 4, 5].map((run) => successor.of(run).status),
    ['better', 'newer', ''],
  );
  reports.forget(3);
  for (const each of later.splice(0)) each();
  for (let run = 100; run < 140; run++) reports.forget(run);
  for (const each of later.splice(0)) each();
  const saves = memory.saves();
  reports.hear(4, readNotification('STATUS=alone'));
  assert.equal(memory.saves(), saves + 1, 'few are kept at once');
  const third = createReports(() => {});
  third.keepIn(memory, true);
  assert.equal(third.of(3), NO_REPORT);
});

test('everything is told, changes once', () => {
  const reports = createReports(() => {});
  const heard: string[] = [];
  const ends = [reports.listen((run, { status }) => heard.push(`${run} ${status}`)), reports.onChange((run) => heard.push(`changed ${run}`))];
  reports.hear(1, STATUS);
  reports.hear(1, STATUS);
  assert.deepEqual(heard, ['1 up', 'changed 1', '1 up']);
  for (const end of ends) end();
  reports.hear(1, readNotification('STATUS=down'));
  assert.equal(heard.length, 3);
});

test('its place in the black box is its own', () => {
  assert.ok(REPORTS_AT > EVENTS_AT && REPORTS_AT + REPORTS_BYTES < BOX_BYTES);
  const buffer = new ArrayBuffer(REPORTS_AT + REPORTS_BYTES);
  const box = createReportBox(boxOn(4, new Uint8Array(buffer), new Int32Array(buffer)));
  assert.equal(box.load(), null);
  for (const text of ['one', 'two', 'three']) {
    assert.ok(box.save([Buffer.from(text)]));
    assert.equal(Buffer.from(box.load() ?? []).toString(), text);
  }
  assert.equal(box.save([new Uint8Array(REPORTS_BYTES)]), false);
});
