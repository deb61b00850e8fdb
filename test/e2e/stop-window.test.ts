/** A stop of everything: it fits into its window, and readiness goes first. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { killSupervisor, startContainer, temporaryFolder, tsinit } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { configFile, linesOf, steady, supervise } from '../support/supervise.ts';

const tell = fixture('tell_signals');
const limit = { timeout: 60_000 };
const isRoot = process.getuid?.() === 0;

test('ten minutes of grace shrink into the window: each gets its signal, then KILL, and the report is written', limit, async (t) => {
  const report = join(temporaryFolder(t), 'report.json');
  const programs = ['one', 'two'].map((name, index) => steady(name, tell, `stopwaitsecs=600\npriority=${index + 1}`)).join('');
  const container = await supervise(t, `[tsinit]\nstop_window=60\nexit_report=${report}\n${programs}`, { env: { TSINIT_STOP_WINDOW: '3' } });
  await container.stderr.line(/has to fit into 3 s \(stop_window\): one then gets 1.2 s of its 600 s \(stopwaitsecs\), 1 more likewise/);
  await container.stdout.line(/main ready/, 2);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 137);
  for (const name of ['one', 'two']) {
    assert.deepEqual(linesOf(container.stdout.lines, name), ['main ready', 'main signal 15', 'main signal 18']);
    assert.match(container.stderr.text(), new RegExp(`killing '${name}' \\(\\d+\\) with SIGKILL`));
  }
  assert.equal((JSON.parse(readFileSync(report, 'utf8')) as { code: number }).code, 137);
});

test('the check of a file tells what cannot fit, and where', limit, async (t) => {
  const container = await startContainer(t, [tsinit, 'check', configFile(t, `[tsinit]\nstop_window=10\n${steady('web', tell, 'stopwaitsecs=30')}`)]);
  assert.equal(await container.ended, 0);
  assert.match(container.stdout.text(), /tsinit\.conf:3: warning: the stop of everything may take 32 s and has to fit into 10 s/);
});

test('in a drain_delay programs run on, unready, whoever supervises them; nobody waits when they are gone', limit, async (t) => {
  const container = await supervise(t, `[tsinit]\nstop_window=0\ndrain_delay=600\n${steady('web', `${tell} --exit 10=0`)}`);
  await container.stdout.line(/main ready/);
  await container.stderr.line(/running: (?:\w+:)?web/);
  const isHealthy = (...names: readonly string[]): boolean =>
    spawnSync('nsenter', ['-t', String(container.pid), '--pid', '--mount', tsinit, 'healthcheck', ...names]).status === 0;
  if (isRoot) assert.ok(isHealthy() && isHealthy('web'));
  container.signal('SIGTERM');
  await container.stderr.line(/not ready any more; the stop begins in 600 seconds \(drain_delay\)/);
  if (isRoot) assert.ok(!isHealthy() && !isHealthy('web'));
  await killSupervisor(container);
  container.signal('SIGUSR1');
  assert.equal(await container.ended, 0);
  assert.deepEqual(linesOf(container.stdout.lines, 'web'), ['main ready', 'main signal 10']);
});

test('after the drain_delay comes the stop', limit, async (t) => {
  const container = await supervise(t, `[tsinit]\ndrain_delay=1\n${steady('web', `${tell} --exit 15=0`)}`);
  await container.stdout.line(/main ready/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.deepEqual(linesOf(container.stdout.lines, 'web'), ['main ready', 'main signal 15']);
  assert.match(container.stderr.text(), /not ready any more/);
});
