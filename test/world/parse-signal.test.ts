import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSignal } from '../../src/world/parse-signal.ts';

test('signals by name, with or without SIG, and by number; 0 asks whether a process is there', () => {
  for (const [text, number] of [
    ['HUP', 1],
    ['sigterm', 15],
    [' 9 ', 9],
    ['0', 0],
    ['RTMIN+3', 37],
  ] as const)
    assert.equal(parseSignal(text), number, text);
  for (const text of ['', 'BANANA', '33', '65', '-1', '1.5']) assert.equal(parseSignal(text), null, text);
});
