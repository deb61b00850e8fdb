/** The same output in a file and on the container's streams: `stdout_to_container`, `stderr_to_container`. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { killSupervisor, startContainer, temporaryFolder, tsinit, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { remoteControl } from '../support/remote.ts';
import { once, steady } from '../support/supervise.ts';

const limit = { timeout: 60_000 };

const begin = async (t: TestContext, text: string, ...args: readonly string[]) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'tsinit.conf');
  const write = (content: string): void => writeFileSync(file, content.replaceAll('{dir}', folder));
  const read = (name: string): string => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '');
  write(text);
  const container = await startContainer(t, [tsinit, '-c', file, ...args]);
  return { container, folder, file, write, read };
};

/** Of one width: no number is a part of another. */
const padded = (number: number): string => String(number).padStart(5, '0');

const both = 'stdout_logfile={dir}/a.log\nstdout_to_container=true\n';
const talker = steady('a', `${fixture('tell_signals')} --name a --exit 15=0`, both);

test('the file has what the program wrote, the container its lines behind the name; tail reads the file', limit, async (t) => {
  const { container, folder, read } = await begin(
    t,
    `${talker}[unix_http_server]\nfile={dir}/control.sock\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n`,
  );
  await container.stdout.line(/^a +\| a ready$/);
  assert.equal(read('a.log'), 'a ready\n');
  const remote = await remoteControl(t, join(folder, 'control.sock'));
  assert.equal(await remote.ask('supervisor.readProcessStdoutLog', 'a', 0, 0), 'a ready\n');
  renameSync(join(folder, 'a.log'), join(folder, 'old.log'));
  container.signal('SIGUSR2');
  await until(() => existsSync(join(folder, 'a.log')));
  container.signal('SIGUSR1');
  await container.stdout.line(/^a +\| a signal 10$/);
  assert.deepEqual([read('old.log'), read('a.log')], ['a ready\n', 'a signal 10\n']);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.equal(read('a.log'), 'a signal 10\na signal 15\n');
});

test('both streams, in their shape; a capture is in neither; the last line without an end is in both', limit, async (t) => {
  const words = String.raw`/bin/sh -c "printf 'one\ntwo<!--XSUPERVISOR:BEGIN-->secret<!--XSUPERVISOR:END-->\nlast'; printf 'bad\n' >&2"`;
  const more = `${both}stderr_logfile={dir}/a.err\nstderr_to_container=true\nstdout_capture_maxbytes=1KB\nlog_format=json\nlog_timestamp=none`;
  const { container, read } = await begin(t, once('a', words, more));
  await container.ended;
  assert.deepEqual([read('a.log'), read('a.err')], ['one\ntwo\nlast', 'bad\n']);
  const shown = (lines: readonly string[]): readonly unknown[] =>
    lines.filter((line) => line.includes('"program":"a"')).map((line) => (JSON.parse(line) as { readonly line: string }).line);
  assert.deepEqual([shown(container.stdout.lines), shown(container.stderr.lines)], [['one', 'two', 'last'], ['bad']]);
});

test('a rotated file; the container has all lines', limit, async (t) => {
  const { container, read } = await begin(t, once('a', 'seq 1 300', `${both}stdout_logfile_maxbytes=600\nstdout_logfile_backups=9`));
  await container.ended;
  const written = ['.1', ''].map((end) => read(`a.log${end}`));
  const numbers = Array.from({ length: 300 }, (_, index) => String(index + 1));
  assert.equal(written.join(''), `${numbers.join('\n')}\n`);
  assert.ok(written.every((text) => text !== '' && text.length <= 600));
  assert.deepEqual(
    container.stdout.lines.map((line) => line.replace(/^a +\| /, '')),
    numbers,
  );
});

test('a supervisor that is killed loses no line in either', limit, async (t) => {
  const count = 20_000;
  const { container, read } = await begin(
    t,
    once('a', `/bin/sh -c 'for part in 1 2 3 4; do seq -f %%05.0f $((part * 5000 - 4999)) $((part * 5000)); sleep 0.2; done'`, both),
  );
  for (const at of [1, 5_001, 10_001]) {
    await container.stdout.line(new RegExp(`^a +\\| ${padded(at)}$`));
    await killSupervisor(container);
  }
  await container.ended;
  const shown = new Set(container.stdout.lines.map((line) => line.replace(/^a +\| /, '')));
  const written = read('a.log');
  for (let number = 1; number <= count; number += 1) {
    assert.ok(shown.has(padded(number)), `${number} on the container's stdout`);
    // A piece that is written twice may end inside a line.
    assert.ok(written.includes(padded(number)), `${number} in the file`);
  }
});

test('a reload switches it on and off', limit, async (t) => {
  const { container, read, write } = await begin(t, talker);
  await container.stdout.line(/^a +\| a ready$/);
  write(talker.replace('stdout_to_container=true\n', ''));
  container.signal('SIGHUP');
  await until(() => read('a.log') === 'a ready\na signal 15\na ready\n');
  write(talker);
  container.signal('SIGHUP');
  await container.stdout.line(/^a +\| a ready$/, 2);
  container.signal('SIGTERM');
  await container.ended;
  assert.deepEqual(
    container.stdout.lines.map((line) => line.replace(/^a +\| /, '')),
    ['a ready', 'a signal 15', 'a ready', 'a signal 15'],
    'nothing of the run between',
  );
});

test('--compat supervisord: the container gets the bytes as they are', limit, async (t) => {
  const { container, read } = await begin(t, `[supervisord]\nlogfile=/dev/null\n${talker}stderr_logfile=NONE\n`, '--compat', 'supervisord', '-n');
  await container.stdout.line(/^a ready$/);
  assert.equal(read('a.log'), 'a ready\n');
});

test('where there is no file it is refused, by check too', limit, async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'tsinit.conf');
  for (const [more, words] of [
    ['stdout_to_container=true', /stdout_to_container of \[program:a\] \(.*:5\) makes no sense: stdout_logfile sends it to the container already/],
    ['stdout_to_container=true\nstdout_logfile=NONE', /for the container alone write stdout_logfile=\/dev\/stdout/],
    ['stderr_to_container=true\nstderr_logfile=syslog', /for syslog and the container write stderr_logfile=\/dev\/stderr and stderr_syslog=true/],
    ['stderr_to_container=true\nstderr_logfile=/x\nredirect_stderr=true', /redirect_stderr sends stderr the way of stdout; write stdout_to_container for both/],
  ] as const) {
    writeFileSync(file, once('a', 'true', more));
    const result = await promisify(execFile)(tsinit, ['check', file]).catch((error: unknown) => error as { readonly stdout: string; readonly code: number });
    assert.match(result.stdout, words);
    assert.equal('code' in result ? result.code : 0, 2);
  }
});
