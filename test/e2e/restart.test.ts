/** Programs that end: restarts, retries, FATAL, and what is said of commands that cannot run. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { temporaryFolder, tsinit, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { once, linesOf, steady, supervise } from '../support/supervise.ts';

const tell = fixture('tell_signals');
const limit = { timeout: 30_000 };

test('a program that crashes comes back, each time with another pid', limit, async (t) => {
  const container = await supervise(t, steady('a', `/bin/sh -c 'echo up $$; kill -9 $$'`));
  const pids = new Set<string>();
  for (let run = 1; run <= 5; run++) pids.add((await container.stdout.line(/up (\d+)/, run))[1] ?? '');
  container.signal('SIGTERM');
  await container.ended;
  assert.equal(pids.size, 5);
});

test('autorestart=unexpected: a wrong code restarts, an expected one does not', limit, async (t) => {
  const container = await supervise(t, `[program:a]\ncommand=${tell} --exit 10=3 --exit 40=0\nstartsecs=0\nautorestart=unexpected\n`);
  await container.stdout.line(/main ready/);
  container.signal('SIGUSR1');
  await container.stdout.line(/main ready/, 2);
  container.signal(40);
  assert.equal(await container.ended, 0);
  assert.equal(container.stdout.lines.filter((line) => line.endsWith('ready')).length, 2);
});

test('a crash loop ends in FATAL after startretries', limit, async (t) => {
  const container = await supervise(t, `[program:loop]\ncommand=/bin/sh -c 'echo try; exit 9'\nstartsecs=5\nstartretries=1\n`);
  assert.equal(await container.ended, 9);
  assert.equal(container.stdout.lines.length, 2);
  assert.match(container.stderr.text(), /gave up: loop, after/);
});

const lasting = steady('loop', `/bin/sh -c 'echo try; exit 9'`, 'restart_delay=20ms');

test('a lasting crash loop: the first runs are told, the others summed up at the end', limit, async (t) => {
  const container = await supervise(t, lasting);
  await container.stdout.line(/try/, 12);
  container.signal('SIGTERM');
  await container.ended;
  const lines = container.stderr.lines;
  const about = (words: RegExp): number => lines.filter((line) => words.test(line) && !line.includes('repeated:')).length;
  assert.deepEqual([about(/spawned: 'loop'/), about(/running: loop/), about(/exited: loop/)], [3, 3, 3], container.stderr.text());
  const sum =
    /repeated: loop, the same lines (\d+) more times in \d+ s \((\d+) times in \d+ s in all\), for example: exited: loop \(exit status 9; not expected\)$/;
  const sums = lines.flatMap((line) => sum.exec(line) ?? []);
  assert.equal(Number(sums[2]) - Number(sums[1]), 3, container.stderr.text());
  assert.ok(Number(sums[1]) >= 8);
});

test('restarts that an operator asks for are told each time; a command ends the loop with its sum', limit, async (t) => {
  const socket = join(temporaryFolder(t), 'control.sock');
  const container = await supervise(t, `${lasting}${steady('web', 'sleep 1000')}[unix_http_server]\nfile=${socket}\n`);
  const ctl = (...words: readonly string[]) => promisify(execFile)(tsinit, ['ctl', '-s', `unix://${socket}`, ...words]);
  await container.stdout.line(/try/, 6);
  await until(() => existsSync(socket));
  await ctl('stop', 'loop');
  await container.stderr.line(/repeated: loop, the same lines/);
  for (let time = 1; time <= 5; time += 1) {
    await ctl('restart', 'web');
    await container.stderr.line(/spawned: 'web'/, time + 1);
  }
  container.signal('SIGTERM');
  await container.ended;
  assert.equal(container.stderr.lines.filter((line) => line.includes('stopped: web')).length, 6);
  assert.doesNotMatch(container.stderr.text(), /repeated: web/);
});

test('--compat supervisord tells every run of a crash loop, as supervisord does', limit, async (t) => {
  const container = await supervise(
    t,
    `[supervisord]\nnodaemon=true\nlogfile=/dev/null\n${steady('loop', `/bin/sh -c 'exit 9'`, 'stdout_logfile=NONE\nstderr_logfile=NONE')}`,
    { args: ['--compat', 'supervisord'] },
  );
  await container.stdout.line(/exited: loop/, 6);
  container.signal('SIGTERM');
  await container.ended;
  assert.doesNotMatch(container.stdout.text(), /repeated:/);
});

test('one program in FATAL leaves the others alone', limit, async (t) => {
  const config = `[program:bad]\ncommand=/no/such/thing\nstartretries=0\n${steady('good', `${tell} --exit 15=0`)}`;
  const container = await supervise(t, config);
  await container.stderr.line(/gave up: bad/);
  await container.stdout.line(/good +\| main ready/);
  container.signal('SIGUSR1');
  await container.stdout.line(/good +\| main signal 10/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 127, 'what had failed before the stop decides');
});

test('remnants of a crashed program’s group are gone before it starts again', limit, async (t) => {
  const container = await supervise(t, steady('a', `${tell} --child --exit 10=1`, 'stopwaitsecs=1'));
  await container.stdout.line(/main ready/);
  container.signal('SIGUSR1');
  await container.stdout.line(/main ready/, 2);
  await until(() => container.processes().filter((process) => process.command.includes('tell_signals')).length === 2);
  container.signal('SIGTERM');
  await container.ended;
});

test('a command that cannot run is explained', limit, async (t) => {
  const folder = temporaryFolder(t);
  const file = (name: string, text: string | Buffer, mode = 0o755): string => {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), mode);
    return join(folder, name);
  };
  copyFileSync(fixture('report'), join(folder, 'foreign'));
  const elf = readFileSync(join(folder, 'foreign'));
  elf.writeUInt16LE(183, 18); // EM_AARCH64
  if (process.arch === 'arm64') elf.writeUInt16LE(62, 18);
  const wants: readonly (readonly [string, string, RegExp])[] = [
    ['missing', '/no/such/program', /no such file/],
    ['nopath', 'no-such-program-anywhere', /not found in PATH/],
    ['notexec', file('notexec', '#!/bin/sh\n', 0o644), /not executable/],
    ['folder', folder, /directory/],
    ['foreign', file('foreign', elf), /another processor|aarch64|x86-64/],
    ['interpreter', file('interpreter', '#!/no/such/interpreter\n'), /interpreter '\/no\/such\/interpreter'/],
    ['crlf', file('crlf', '#!/bin/sh\r\necho\r\n'), /carriage return|CR LF/],
    ['text', file('text', 'hello there\n'), /#!/],
  ];
  const container = await supervise(t, wants.map(([name, command]) => once(name, command, 'startretries=0')).join(''), { env: { PATH: '/usr/bin:/bin' } });
  const code = await container.ended;
  assert.ok(code === 127 || code === 126, `exit code ${code}`);
  for (const [name, command, words] of wants) {
    const about = container.stderr.lines.filter((line) => line.includes(command.split(' ')[0] ?? command));
    assert.ok(
      about.some((line) => words.test(line)),
      `${name}: nothing like ${words} in\n${about.join('\n') || container.stderr.text()}`,
    );
  }
});

test('a directory that does not exist and a user that may not are explained', limit, async (t) => {
  const container = await supervise(t, once('lost', '/bin/true', 'directory=/no/such/folder\nstartretries=0'));
  const code = await container.ended;
  assert.notEqual(code, 0);
  assert.match(container.stderr.text(), /\/no\/such\/folder/);
});

test('restart_budget: one restart too many, and it is given up', limit, async (t) => {
  const container = await supervise(t, `[program:a]\ncommand=/bin/sh -c 'echo up; exit 4'\nstartsecs=0\nautorestart=true\nrestart_budget=2/600\n`);
  assert.equal(await container.ended, 4);
  assert.equal(container.stdout.lines.length, 3);
  assert.match(container.stderr.text(), /gave up: a, more than 2 restarts within 600 seconds \(restart_budget\)/);
});

test('restart_delay grows by restart_factor, up to restart_delay_max; restart_jitter only adds', { timeout: 90_000 }, async (t) => {
  const options = 'startsecs=600\nstartretries=3\nrestart_delay=1\nrestart_factor=100\nrestart_delay_max=1\nrestart_jitter=1';
  const container = await supervise(t, `[program:a]\ncommand=/bin/sh -c 'date +%%s%%N; exit 5'\n${options}\n`);
  assert.equal(await container.ended, 5);
  const startsMs = container.stdout.lines.map((line) => Number(line.replace(/^.*\| /, '')) / 1e6);
  assert.equal(startsMs.length, 4);
  // Without its limit the second delay would be 100 seconds, without its jitter the first one would be one second.
  assert.ok((startsMs[1] ?? 0) - (startsMs[0] ?? 0) > 1_200, startsMs.join(' '));
});

test('runs shorter than a second follow each other a second apart at the least', { timeout: 60_000 }, async (t) => {
  const container = await supervise(t, '[program:a]\ncommand=sh -c "date +%%s%%N; exit 3"\nstartsecs=0\nautorestart=true\n');
  await container.stdout.line(/\d{19}$/, 4);
  container.signal('SIGTERM');
  await container.ended;
  const starts = linesOf(container.stdout.lines, 'a').map((line) => Number(line.slice(0, 13)));
  for (const [index, startedAtMs] of starts.entries()) if (index > 0) assert.ok(startedAtMs - (starts[index - 1] ?? 0) >= 900, starts.join());
});

test('TERM while the next run waits for its second: the code of the run that has ended', { timeout: 60_000 }, async (t) => {
  const container = await supervise(t, '[program:a]\ncommand=true\nstartsecs=0\nautorestart=true\n');
  await container.stderr.line(/exited: a/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});
