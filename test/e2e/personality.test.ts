/** The file under the name supervisord, or with --compat: its log, its log files, its ways with itself. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Container, type ContainerOptions, startContainer, temporaryFolder, tsinit, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { once, steady } from '../support/supervise.ts';

const limit = { timeout: 30_000 };
const asRoot = { ...limit, skip: process.getuid?.() !== 0 && 'needs root' };
const LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ([A-Z]{4}) (.*)$/;
const tell = `${fixture('tell_signals')} --exit 15=0`;

const run = (t: Parameters<typeof temporaryFolder>[0], folder: string, options: string, programs: string, more: ContainerOptions = {}): Promise<Container> => {
  writeFileSync(join(folder, 's.conf'), `[supervisord]\nnodaemon=true\nchildlogdir=${folder}\n${options}\n${programs}`);
  symlinkSync(tsinit, join(folder, 'supervisord'));
  return startContainer(t, [join(folder, 'supervisord'), '-c', join(folder, 's.conf')], { cwd: folder, ...more });
};

/** What the main log said, without times. */
const said = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const match = LINE.exec(line);
      assert.ok(match, `a line of the log: ${line}`);
      return `${match[1]} ${(match[2] ?? '').replace(/pid \d+/, 'pid N')}`;
    });

test('a link named supervisord writes its log to the file and to stdout, and its pid file', limit, async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'conf.d'));
  writeFileSync(join(folder, 'conf.d', 'a.conf'), steady('a', tell, 'stdout_logfile=/dev/stdout\nstdout_logfile_maxbytes=0\nuser=root'));
  const container = await run(t, folder, 'user=root', '[include]\nfiles=conf.d/*.conf\n');
  await container.stdout.line(/^main ready$/);
  assert.equal(readFileSync(join(folder, 'supervisord.pid'), 'latin1'), '1\n');
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  const log = readFileSync(join(folder, 'supervisord.log'), 'latin1');
  assert.deepEqual(said(log), [
    `INFO Included extra file "${folder}/conf.d/a.conf" during parsing`,
    'INFO Set uid to user 0 succeeded',
    'INFO supervisord started with pid N',
    "INFO spawned: 'a' with pid N",
    'INFO success: a entered RUNNING state, process has stayed up for > than 0 seconds (startsecs)',
    'WARN received SIGTERM indicating exit request',
    'INFO waiting for a to die',
    'INFO stopped: a (exit status 0)',
  ]);
  assert.deepEqual(
    container.stdout.lines.filter((line) => LINE.test(line)),
    log.trimEnd().split('\n'),
  );
  assert.deepEqual(
    container.stdout.lines.filter((line) => !LINE.test(line)),
    ['main ready', 'main signal 15'],
  );
  assert.deepEqual(container.stderr.lines, []);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.pid')),
    [],
  );
});

test('as root without user= it says so; silent keeps lines from stdout; loglevel leaves out what is less important', asRoot, async (t) => {
  const folder = temporaryFolder(t);
  const container = await run(
    t,
    folder,
    'silent=true\nloglevel=warn',
    once('a', '/bin/true') + steady('b', tell, 'stdout_logfile=/dev/stderr\nstdout_logfile_maxbytes=0'),
  );
  await container.stderr.line(/^main ready$/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.deepEqual(container.stdout.lines, []);
  const lines = said(readFileSync(join(folder, 'supervisord.log'), 'latin1'));
  assert.match(lines[0] ?? '', /^CRIT Supervisor is running as root\. {2}Privileges were not dropped .* to avoid this message\.$/);
  assert.deepEqual(lines.slice(1), ['WARN received SIGTERM indicating exit request']);
});

test('automatic log files: their names, their mode, made empty, old ones removed', limit, async (t) => {
  const folder = temporaryFolder(t);
  const old = ['a-stdout---box-abcdefgh.log', 'a-stdout---box-abcdefgh.log.3', 'a-stdout---other-abcdefgh.log'];
  for (const name of old) writeFileSync(join(folder, name), 'old');
  const container = await run(
    t,
    folder,
    'identifier=box',
    steady('a', `/bin/sh -c 'printf "out\\nrest"; exec ${tell}'`) + once('never', '/bin/true', 'autostart=false'),
  );
  await container.stdout.line(/INFO success: a entered/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  const names = readdirSync(folder)
    .filter((name) => name.includes('---'))
    .sort();
  assert.deepEqual(
    names.map((name) => name.replace(/-[a-z0-9_]{8}\.log$/, '-X.log')),
    ['a-stderr---box-X.log', 'a-stdout---box-X.log', 'a-stdout---other-X.log', 'never-stderr---box-X.log', 'never-stdout---box-X.log'],
  );
  const own = names.find((name) => name.startsWith('a-stdout---box')) ?? '';
  assert.equal(readFileSync(join(folder, own), 'latin1'), 'out\nrestmain ready\nmain signal 15\n');
  assert.equal(statSync(join(folder, own)).mode & 0o777, 0o600);
});

test('logfile=/dev/stdout with rotation, and a pid file that cannot be written, hold nothing up', limit, async (t) => {
  const folder = temporaryFolder(t);
  const container = await run(
    t,
    folder,
    'logfile=/dev/stdout\nsilent=true\npidfile=/proc/none\nuser=root',
    once('a', '/bin/true', 'stdout_logfile=NONE\nstderr_logfile=NONE'),
  );
  await container.stdout.line(/INFO exited: a \(exit status 0; expected\)/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.ok(said(container.stdout.text()).includes('CRIT could not write pidfile /proc/none'));
  assert.deepEqual(readdirSync(folder).sort(), ['s.conf', 'supervisord']);
});

test('a log file that cannot be opened is told once; programs run', limit, async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'busy'));
  const container = await run(t, folder, `logfile=${folder}/busy\nsilent=true`, steady('a', tell, 'stdout_logfile=/dev/stdout\nstdout_logfile_maxbytes=0'));
  await container.stdout.line(/main ready/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.equal(container.stderr.lines.length, 1, container.stderr.text());
  assert.match(container.stderr.text(), /cannot open the log file .*busy: it is a directory/);
});

test('programs without a user run as the server would; limits are raised', asRoot, async (t) => {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o777);
  mkdirSync(join(folder, 'work'), { mode: 0o777 });
  const show = `/bin/sh -c 'id -u; pwd; ulimit -Sn; ulimit -Hn; exec ${tell}'`;
  const options = `umask=027\ndirectory=${folder}/work\nuser=daemon\nminfds=100\nlogfile=${folder}/l`;
  const to = 'stdout_logfile=/dev/stdout\nstdout_logfile_maxbytes=0\nstderr_logfile=NONE\nredirect_stderr=true';
  const container = await run(t, folder, options, steady('a', show, to), { launcher: ['--nofile', '64:128'] });
  await container.stdout.line(/^main ready$/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  const shown = container.stdout.lines.filter((line) => !LINE.test(line));
  // In the foreground supervisord leaves directory and mask as they are.
  assert.deepEqual(shown.slice(0, 4), ['1', folder, '100', '128']);
  assert.ok(container.stdout.lines.some((line) => line.endsWith('INFO Increased RLIMIT_NOFILE limit to 100')));
});

test('a server that would daemonize stays, and does in its directory and mask as if it had', asRoot, async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'work'));
  const conf = `[supervisord]\nnodaemon=false\numask=027\ndirectory=${folder}/work\nlogfile=${folder}/l\npidfile=${folder}/p\n${steady('a', `/bin/sh -c 'pwd; umask; exec ${tell}'`, 'stdout_logfile=a.log\nstderr_logfile=NONE\nautorestart=false')}`;
  writeFileSync(join(folder, 's.conf'), conf);
  const container = await startContainer(t, [tsinit, '--compat=supervisord', '-c', join(folder, 's.conf')], { cwd: folder });
  // A signal before the file runs would be lost: the kernel keeps none for a PID 1 that does not block or handle it yet.
  await until(() => existsSync(join(folder, 'work', 'a.log')));
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.deepEqual(container.stdout.lines, []);
  assert.match(
    readFileSync(join(folder, 'l'), 'latin1'),
    /INFO not daemonizing: .*\n.*INFO supervisord started with pid 1\n.*INFO set current directory: '.*work'\n/,
  );
});

test('a mistake is told in two lines, and the exit code is 2', limit, async (t) => {
  const folder = temporaryFolder(t);
  const container = await run(t, folder, 'loglevel=loud', '');
  assert.equal(await container.ended, 2);
  assert.deepEqual(container.stderr.lines, [`Error: bad logging level name 'loud'`, `For help, use ${folder}/supervisord -h`]);
});
