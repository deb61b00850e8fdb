/** The shape of log lines, on the built file: formats, prefix, time, labels, limit, overflow; and a supervisor that is killed meanwhile. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { killSupervisor, startContainer, temporaryFolder, tsinit, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { configFile, once, steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 90_000 };

test('log_format: each program in its own, and tsinit itself', limit, async (t) => {
  const config = [
    '[tsinit]\nlog_format=json',
    once('a', 'sh -c "echo one; echo two >&2"', 'log_format=json\ntype=oneshot'),
    once('b', 'echo "x y"', 'log_format=logfmt\nlog_timestamp=none\ntype=oneshot'),
    once('c', 'sh -c "printf as-it-is"', 'log_format=raw\ndepends_on=a:completed,b:completed,d:completed\ntype=oneshot'),
    once('d', 'echo behind', 'log_format=prefix\ntype=oneshot'),
  ].join('\n');
  const container = await supervise(t, config);
  assert.equal(await container.ended, 0);
  const out = container.stdout.text();
  assert.match(out, /^\{"ts":"20\d\d-[-\dT:.]+Z","program":"a","stream":"stdout","pid":\d+,"line":"one"\}$/mu);
  assert.match(out, /^program=b stream=stdout pid=\d+ line="x y"$/mu);
  assert.match(out, /^d {6}\| behind$/mu);
  assert.ok(out.endsWith('\nas-it-is') || out.endsWith('\nas-it-is\n'), out);
  const errors = container.stderr.lines.map((line) => JSON.parse(line) as { readonly program: string; readonly level?: string; readonly line: string });
  assert.ok(errors.some(({ program, line }) => program === 'a' && line === 'two'));
  assert.ok(errors.some(({ program, level, line }) => program === 'tsinit' && level === 'info' && line.startsWith('exiting with code 0')));
});

test('log_prefix and log_timestamp', limit, async (t) => {
  const config = [
    once('a', 'echo one', 'log_prefix=<{program:4}{stream} {pid}>'),
    once('b', 'echo two', 'log_timestamp=iso'),
    once('c', 'echo three', 'log_prefix={time} {group}:\nlog_timestamp=unix'),
  ].join('\n');
  const container = await supervise(t, config);
  assert.equal(await container.ended, 0);
  assert.match(container.stdout.text(), /^<a {3}stdout \d+> one$/mu);
  assert.match(container.stdout.text(), /^20\d\d-\d\d-\d\dT[\d:.]+Z b {6}\| two$/mu);
  assert.match(container.stdout.text(), /^\d+\.\d{3} c: three$/mu);
});

test('log_labels from the environment of the container', limit, async (t) => {
  const config = once('a', 'echo one', 'log_format=json\nlog_timestamp=none\nlog_labels=pod=%(ENV_POD_NAME)s, NODE_NAME, NOT_THERE');
  const container = await supervise(t, config, { env: { PATH: process.env['PATH'] ?? '', POD_NAME: 'web-1', NODE_NAME: 'n "1"' } });
  assert.equal(await container.ended, 0);
  assert.match(container.stdout.text(), /^\{"program":"a","stream":"stdout","pid":\d+,"pod":"web-1","NODE_NAME":"n \\"1\\"","line":"one"\}$/mu);
});

test('the lines of tsinit itself: log_format, log_timestamp and log_labels of its section', limit, async (t) => {
  const config = `[tsinit]\nlog_format=logfmt\nlog_timestamp=unix\nlog_labels=team=core\n${once('a', 'true')}`;
  const container = await supervise(t, config);
  assert.equal(await container.ended, 0);
  assert.match(container.stderr.text(), /^ts=\d+\.\d{3} program=tsinit stream=stderr team=core level=info line="spawned: 'a' with pid \d+"$/mu);
});

test('HUP: a program whose shape differs is started again in the other one', limit, async (t) => {
  const config = (format: string): string =>
    steady('a', 'sh -c "echo one; exec sleep 1000"', `log_format=${format}`) + steady('b', 'sh -c "echo two; exec sleep 1000"');
  const path = configFile(t, config('json'));
  const container = await startContainer(t, [tsinit, '-c', path]);
  await container.stdout.line(/^\{"ts":.*"line":"one"\}$/u);
  await container.stdout.line(/^b +\| two$/u);
  writeFileSync(path, config('raw'));
  container.signal('SIGHUP');
  await container.stderr.line(/a: changed \(a\.stdout, a\.stderr\)/u);
  await container.stdout.line(/^one$/u);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.equal(container.stdout.lines.filter((line) => line.endsWith('| two')).length, 1);
});

test('[tsinit] log_format and its kin: one place for the whole container, and each program may differ', limit, async (t) => {
  const whole = '[tsinit]\nlog_format=prefix\nlog_prefix="{program}> "\nlog_timestamp=unix\nlog_limit=2/s\nlog_overflow=drop\n';
  const programs = once('a', 'seq 1 9') + once('b', 'echo x', 'log_format=json\nlog_timestamp=none') + once('c', 'seq 1 9', 'log_limit=100/s');
  const container = await supervise(t, whole + programs);
  assert.equal(await container.ended, 0);
  const out = container.stdout.text();
  assert.match(out, /^\d+\.\d{3} a> 1$/mu);
  assert.match(out, /^\d+\.\d{3} a> tsinit: [67] lines dropped by log_limit$/mu);
  assert.match(out, /^\{"program":"b","stream":"stdout","pid":\d+,"line":"x"\}$/mu);
  assert.match(out, /^\d+\.\d{3} c> 9$/mu);
  assert.match(container.stderr.text(), /^\d+\.\d{3} tsinit> spawned: 'a'/mu);
});

test('log_limit: what is dropped is counted in the log itself', limit, async (t) => {
  const container = await supervise(t, steady('a', 'sh -c "seq 1 1000; exec sleep 1000"', 'log_format=json\nlog_limit=10/s'));
  await container.stdout.line(/dropped by log_limit/u);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  const lines = container.stdout.lines.map((line) => JSON.parse(line) as { readonly line: string; readonly dropped?: number });
  const dropped = lines.reduce((sum, line) => sum + (line.dropped ?? 0), 0);
  const shown = lines.filter((line) => line.dropped === undefined).map(({ line }) => Number(line));
  assert.equal(shown.length + dropped, 1000);
  assert.deepEqual(shown.slice(0, 10), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('log_overflow=drop: a program goes on when nobody reads the output', limit, async (t) => {
  const done = join(temporaryFolder(t), 'done');
  const command = `sh -c "seq 1 400000; touch ${done}; exec sleep 1000"`;
  const container = await supervise(t, steady('a', command, 'log_overflow=drop'), { isRead: false });
  await until(() => existsSync(done));
  container.readOutput();
  await container.stdout.line(/dropped by log_overflow/u);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  const told = container.stdout.lines.map((line) => /tsinit: (\d+) lines? dropped by log_overflow$/u.exec(line)?.[1]);
  const dropped = told.reduce((sum, count) => sum + Number(count ?? 0), 0);
  assert.equal(told.filter((count) => count === undefined).length + dropped, 400_000);
});

for (const format of ['json', 'logfmt'] as const)
  test(`killed while a program writes, no line is lost or torn: ${format}`, { timeout: 180_000 }, async (t) => {
    const container = await supervise(t, steady('w', `${fixture('writer')} w steady 80`, `log_format=${format}`));
    await container.stdout.line(/w 0000000010/u);
    for (let kill = 1; kill <= 12; kill++) {
      await killSupervisor(container);
      const seen = container.stdout.lines.length;
      if (kill % 4 !== 0) await until(() => container.stdout.lines.length > seen);
    }
    container.signal('SIGTERM');
    await container.ended;
    const read = container.stdout.lines.map((line) =>
      format === 'json'
        ? (JSON.parse(line) as { readonly line: string }).line
        : (/^ts=\S+ program=w stream=stdout pid=\d+ line="(.*)"$/u.exec(line)?.[1] ?? `torn: ${line}`),
    );
    const last = Number(read.at(-1)?.match(/^. last (\d+)$/u)?.[1]);
    assert.ok(last > 0, `the writer was asked to stop and heard it: ${read.at(-1)}`);
    let expected = 1;
    for (const line of read.slice(0, -1)) {
      const number = Number(/^w (\d{10}) x+\.$/u.exec(line)?.[1]);
      assert.ok(number <= expected, `line ${expected} is missing before ${line}`);
      if (number === expected) expected++; // a lower one is a repetition, which a kill during a write may cause
    }
    assert.equal(expected - 1, last);
  });
