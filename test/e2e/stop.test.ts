/** Stops: which signals mean it, in which order programs go, and that nothing survives. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { linesOf, steady, supervise } from '../support/supervise.ts';

const tell = fixture('tell_signals');
const limit = { timeout: 30_000 };

const stops: readonly (readonly [string, NodeJS.Signals | number])[] = [
  ['TERM', 'SIGTERM'],
  ['INT', 'SIGINT'],
  ['QUIT', 'SIGQUIT'],
  ['RTMIN+3', 37],
  ['PWR', 'SIGPWR'],
];

for (const [name, signal] of stops)
  test(`${name} stops every program by its own stop signal`, limit, async (t) => {
    const container = await supervise(t, steady('a', `${tell} --exit 15=0`) + steady('b', `${tell} --exit 3=0`, 'stopsignal=QUIT'));
    await container.stdout.line(/a +\| main ready/);
    await container.stdout.line(/b +\| main ready/);
    container.signal(signal);
    await container.ended;
    assert.deepEqual(linesOf(container.stdout.lines, 'a'), ['main ready', 'main signal 15']);
    assert.deepEqual(linesOf(container.stdout.lines, 'b'), ['main ready', 'main signal 3']);
  });

test('programs go in reverse order of their priority, one after the other', limit, async (t) => {
  const config = ['first', 'second', 'third'].map((name, index) => steady(name, `${tell} --exit 15=0`, `priority=${index + 1}`));
  const container = await supervise(t, config.join(''));
  await container.stdout.line(/main ready/, 3);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  const order = container.stdout.lines.filter((line) => line.endsWith('signal 15')).map((line) => line.split(' ')[0]);
  assert.deepEqual(order, ['third', 'second', 'first']);
});

test('the stop signal reaches the whole process group', limit, async (t) => {
  const container = await supervise(t, steady('a', `${tell} --child --exit 15=0`, 'stopwaitsecs=1'));
  await container.stdout.line(/main ready/);
  container.signal('SIGTERM');
  await container.ended;
  assert.match(container.stdout.text(), /main signal 15/);
  assert.match(container.stdout.text(), /main-child signal 15/);
  assert.match(container.stderr.text(), /KILL/, 'the member that did not obey was killed');
});

test('with stopasgroup=false it goes to the program alone', limit, async (t) => {
  const container = await supervise(
    t,
    steady('a', `${tell} --child --exit 15=0`, 'stopasgroup=false\nstopwaitsecs=1\npriority=2') + steady('z', `${tell} --name z --exit 15=0`),
  );
  await container.stdout.line(/main ready/);
  await container.stdout.line(/z ready/);
  container.signal('SIGTERM');
  await container.stdout.line(/main signal 15/);
  await container.ended;
  const heard = container.stdout.lines.filter((line) => line.includes('main-child signal'));
  assert.ok(heard.length <= 1, 'only the last sweep may ask the child');
});

test('a program that ignores its stop signal is killed after stopwaitsecs', limit, async (t) => {
  const container = await supervise(t, steady('deaf', tell, 'stopwaitsecs=1'));
  await container.stdout.line(/main ready/);
  container.signal('SIGTERM');
  await container.stdout.line(/main signal 15/);
  await container.ended;
  assert.match(container.stderr.text(), /killing 'deaf' \(\d+\) with SIGKILL/);
});

test('descendants in sessions of their own are asked to stop too', limit, async (t) => {
  const container = await supervise(t, steady('a', `${tell} --orphan --exit 15=0`));
  await container.stdout.line(/main-session ready/);
  await container.stdout.line(/main ready/);
  container.signal('SIGTERM');
  await container.ended;
  assert.match(container.stdout.text(), /main-session signal 15/);
});

test('a second signal during a stop does not force it', limit, async (t) => {
  const container = await supervise(t, steady('slow', `${tell} --exit 10=0`, 'stopwaitsecs=20'));
  await container.stdout.line(/main ready/);
  container.signal('SIGTERM');
  await container.stdout.line(/main signal 15/);
  container.signal('SIGTERM');
  container.signal('SIGINT');
  container.signal('SIGUSR1'); // still forwarded, and the program's own way to end
  await container.stdout.line(/main signal 10/);
  await container.ended;
  assert.doesNotMatch(container.stderr.text(), /with SIGKILL/);
});

test('a program that is stopped (T) does not hold up the end', limit, async (t) => {
  const container = await supervise(t, steady('frozen', `/bin/sh -c 'echo up; kill -STOP $$'`, 'stopwaitsecs=1'));
  await container.stdout.line(/up/);
  await until(() => container.processes().some((process) => process.state === 'T'));
  container.signal('SIGTERM');
  await container.ended;
});

test('a stop while a program waits for its retry ends at once', limit, async (t) => {
  const container = await supervise(t, `[program:loop]\ncommand=/bin/sh -c 'echo try; exit 1'\nstartsecs=1\nstartretries=100\n`);
  await container.stdout.line(/try/, 2);
  container.signal('SIGTERM');
  await container.ended;
});

test(
  'the main process first; the rest has the stop signal once, and the rest of the time; what is KILLed is named, in the report and by the code too',
  limit,
  async (t) => {
    const report = join(temporaryFolder(t), 'report.json');
    const head = `[tsinit]\nexit_report=${report}\n`;
    const container = await supervise(t, head + steady('a', `${tell} --child --exit 15=0`, 'stopwaitsecs=2'));
    await container.stdout.line(/main ready/);
    container.signal('SIGTERM');
    assert.equal(await container.ended, 137);
    assert.equal(container.stdout.lines.filter((line) => line.endsWith('main signal 15')).length, 1);
    assert.equal(container.stdout.lines.filter((line) => line.endsWith('main-child signal 15')).length, 1);
    assert.match(container.stderr.text(), /killed what did not end in its time: process \d+ \("tell_signals.*"\) of a/);
    const { left } = JSON.parse(readFileSync(report, 'utf8')) as { readonly left: readonly unknown[] };
    assert.partialDeepStrictEqual(left, [{ program: 'a', killed: true }]);
  },
);

test('TERM while restart_delay waits for the next start of a program that ended as expected: exits with 0', limit, async (t) => {
  const container = await supervise(t, '[program:a]\ncommand=true\nstartsecs=0\nautorestart=true\nrestart_delay=600\n');
  await container.stderr.line(/exited: .*exit status 0; expected/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
});
