/** `tsinit simulate` of the built file: a configuration on a virtual clock. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../support/container.ts';
import { runAsPid1 } from '../support/init.ts';
import { configFile } from '../support/supervise.ts';

test('an hour in an instant, nothing started; mistakes have a place', { timeout: 60_000 }, (t) => {
  const file = configFile(t, '[program:web]\ncommand=sh -c "echo started"\nstopwaitsecs=8\n');
  const scenario = join(temporaryFolder(t), 'scenario.txt');
  writeFileSync(scenario, 'web: ignores TERM\nat 50m signal TERM\n');
  const { code, stdout, stderr } = runAsPid1(['simulate', '-c', file, '--scenario', scenario]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^ +0\.000 {2}web {5}STARTING \(run 1\)\n +1\.001 {2}web {5}RUNNING$/m);
  assert.match(stdout, /^ +3000\.000 {2}web {5}gets SIGTERM(?: \(\w+\))?$/m);
  assert.match(stdout, /web {5}gets SIGKILL \(\w+\)\n/);
  assert.match(stdout, / {2}tsinit {2}exits with code 137\n$/);
  assert.doesNotMatch(stdout, /^started/m);
  writeFileSync(scenario, 'web: flies\n');
  const bad = runAsPid1(['simulate', '-c', file, '--scenario', scenario]);
  assert.deepEqual([bad.code, bad.stdout], [2, '']);
  assert.match(bad.stderr, /scenario\.txt:1: cannot read 'web: flies'/);
});
