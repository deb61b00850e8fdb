/** Control groups of version 2, where this machine has them and lets us make some: control-groups.sh says what is looked at. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { tsinit } from '../support/container.ts';
import { projectRoot } from '../support/fixtures.ts';

const NOT_HERE = 77;

test('programs in control groups of their own, and whom the kernel kills for want of memory', { timeout: 600_000 }, (t) => {
  const done = spawnSync('bash', [join(projectRoot, 'test/container/control-groups.sh'), tsinit], { encoding: 'utf8' });
  if (done.status === NOT_HERE) return t.skip(done.stdout.trim());
  assert.equal(done.status, 0, done.stdout + done.stderr);
  return undefined;
});
