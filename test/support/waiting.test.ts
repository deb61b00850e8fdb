/** No test waits for ever, and what it waited for is told. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { until } from './container.ts';
import { projectRoot } from './fixtures.ts';
import { watchLines } from './line-watch.ts';

test('a line that does not come', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const watch = watchLines('stdout');
  watch.push(Buffer.from('one\ntwo\n'));
  const waiting = assert.rejects(watch.line(/three/), /^Error: waited 50 s for line 1 like \/three\/ of stdout; seen so far:\none\ntwo$/);
  t.mock.timers.tick(50_000);
  await waiting;
});

test('a condition that does not come about', async (t) => {
  const isLate = false;
  t.mock.method(
    performance,
    'now',
    (
      (now) => () =>
        (now += 60_000)
    )(0),
  );
  await assert.rejects(
    until(() => isLate),
    /^Error: waited 50 s for `\(\) => isLate`$/,
  );
});

test('a program that does not end', () => {
  const limits = pathToFileURL(join(projectRoot, 'test/support/limits.ts')).href;
  const script = `import { execFileSync, spawnSync } from 'node:child_process';
    console.log(spawnSync('sh', ['-c', 'echo begun; exec sleep 1000'], { encoding: 'utf8', timeout: 300 }).error.message);
    try { execFileSync('sleep', ['1000'], { timeout: 300 }); } catch (error) { console.log(error.message); }`;
  const { stdout } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', `--import=${limits}`, '--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  assert.match(stdout, /^waited 0\.3 s for the end of `sh -c echo begun; exec sleep 1000`; it wrote:\nbegun\n\nwaited 0\.3 s for the end of `sleep 1000`/);
});
