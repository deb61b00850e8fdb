/** docs/states.md says what the state machine does, and its picture leads everywhere it should. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { renderStates } from '../../build/generate-states.ts';

test('the generated document is up to date', () => {
  const file = readFileSync(new URL('../../docs/states.md', import.meta.url), 'utf8');
  assert.equal(file, renderStates(), 'run: node build/generate-states.ts');
});
