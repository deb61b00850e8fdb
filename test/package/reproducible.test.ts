/**
 * Two builds of the same sources are the same bytes.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';

/** Two whole builds. */
const LIMIT_MS = 240_000;

test('builds in two folders are byte-identical', { timeout: LIMIT_MS }, () => {
  const done = spawnSync(process.execPath, [join(import.meta.dirname, '../../build/verify.ts')], { encoding: 'utf8', timeout: LIMIT_MS });
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /^identical: \d+ bytes/u);
});
