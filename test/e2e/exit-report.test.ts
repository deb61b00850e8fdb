/** What is left behind at the exit: the report, and codes that become others. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../support/container.ts';
import { runAsSubreaper } from '../support/init.ts';
import { once, steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 60_000 };

test('who decided, with which code, and its last words', limit, async (t) => {
  const path = join(temporaryFolder(t), 'report.json');
  const config = `[tsinit]\nexit_policy=any\nexit_report=${path}\n${steady('web', 'sleep 1000')}${once('job', 'sh -c "echo one; echo two; exit 7"')}`;
  const container = await supervise(t, config);
  assert.equal(await container.ended, 7);
  const report = JSON.parse(readFileSync(path, 'utf8')) as {
    code: number;
    cause: string;
    program: { name: string; code: number; lastLines: string[] };
    others: { name: string }[];
  };
  assert.deepEqual([report.code, report.cause, report.program.name, report.program.code, report.program.lastLines], [7, 'policy', 'job', 7, ['one', 'two']]);
  assert.deepEqual(
    report.others.map(({ name }) => name),
    ['web'],
  );
  assert.match(container.stderr.lines.at(-1) ?? '', /exited with code 7 after [\d.]+ s \(exit_policy=any\): job ended with exit status 7$/);
  assert.doesNotMatch(container.stderr.text(), /"cause"/);
});

test('into a file that others write to: nothing is overwritten', limit, (t) => {
  const cwd = temporaryFolder(t);
  const before = ['sh', '-c', '{ echo before; "$@"; echo after; } > log 2>&1', 'sh'];
  runAsSubreaper(['run', 'job=sh -c "exit 7"'], { cwd, before });
  const lines = readFileSync(join(cwd, 'log'), 'utf8').trimEnd().split('\n');
  assert.deepEqual([lines[0], lines.at(-1)], ['before', 'after']);
  assert.match(lines.at(-2) ?? '', /tsinit \| exited with code 7 /);
});

test('codes that become others: of a program, of the whole', limit, async (t) => {
  const own = await supervise(t, `[tsinit]\nexit_policy=any\n${once('job', 'sh -c "exit 7"', 'exit_code_map=7:0')}`);
  assert.equal(await own.ended, 0);
  const whole = await supervise(t, `[tsinit]\nexit_policy=any\nexit_code_map=7:42\n${once('job', 'sh -c "exit 7"')}`);
  assert.equal(await whole.ended, 42);
  assert.match(whole.stderr.text(), /exiting with code 42: job has ended/);
});

test('a report that cannot be written keeps nobody', limit, async (t) => {
  const container = await supervise(t, `[tsinit]\nexit_report=/nowhere/at/all\n${once('job', 'sh -c "exit 3"')}`);
  assert.equal(await container.ended, 3);
});

test('exit_report=stderr: the JSON line in place of the sentence', limit, async (t) => {
  const container = await supervise(t, `[tsinit]\nexit_report=stderr\n${once('job', 'sh -c "kill -9 $$"')}`);
  assert.equal(await container.ended, 137);
  const { code, program } = JSON.parse(container.stderr.lines.at(-1) ?? '') as { code: number; program: { signal: number; error: string } };
  assert.deepEqual([code, program.signal, program.error], [137, 9, 'terminated by SIGKILL']);
  assert.doesNotMatch(container.stderr.text(), /exited with code/);
});

test('the sentence has the shape of the other lines of tsinit', limit, async (t) => {
  const container = await supervise(t, `[tsinit]\nlog_format=json\n${once('job', 'sh -c "exit 3"')}`);
  assert.equal(await container.ended, 3);
  const last = JSON.parse(container.stderr.lines.at(-1) ?? '') as { program: string; line: string };
  assert.equal(last.program, 'tsinit');
  assert.match(last.line, /^exited with code 3 after /);
});

test('exit_policy=any: a migration that has completed ends nothing, unless nothing else is left', limit, async (t) => {
  const migration = once('migrate', 'true', 'type=oneshot');
  const beside = await supervise(
    t,
    `[tsinit]\nexit_policy=any\n${migration}${steady('web', 'sh -c "sleep 1; exit 5"', 'autorestart=false\ndepends_on=migrate:completed')}`,
  );
  assert.equal(await beside.ended, 5);
  const alone = await supervise(t, `[tsinit]\nexit_policy=any\n${migration}`);
  assert.equal(await alone.ended, 0);
});

test('lines about one process of a group name the group too', limit, async (t) => {
  const container = await supervise(t, `[tsinit]\nexit_policy=any\n${once('worker', 'sh -c "exit 4"', 'numprocs=2\nprocess_name=worker-%(process_num)d')}`);
  await container.ended;
  assert.match(container.stderr.text(), /spawned: 'worker:worker-0' with pid/);
});
