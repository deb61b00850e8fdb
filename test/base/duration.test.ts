/** Durations as people write them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDurationMs } from '../../src/base/duration.ts';

const taken: readonly (readonly [string, number])[] = [
  ['0', 0],
  ['30', 30_000],
  ['0.5', 500],
  ['.25', 250],
  ['2.', 2_000],
  ['500ms', 500],
  ['1.5MS', 2],
  ['30s', 30_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
  ['1h30m', 5_400_000],
  ['1m0.5s', 60_500],
  [' 7s ', 7_000],
];
for (const [text, ms] of taken) test(`'${text}' is ${ms} ms`, () => assert.equal(parseDurationMs(text), ms));

for (const text of ['', 'soon', '5x', '-1', '1 s', '1s1h', '1h30', '1s2s', '0.0001', '0.4ms', '1e3', '.', 's', '+5', '1_0']) {
  test(`'${text}' is no duration`, () => assert.equal(parseDurationMs(text), null));
}
