/** What a program is given: its environment to the byte, descriptors, signals, limits, directory, umask, user. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startContainer, temporaryFolder, tsinit } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { configFile, linesOf, once, supervise } from '../support/supervise.ts';

const report = fixture('report');
const limit = { timeout: 30_000 };
const asRoot = { ...limit, skip: process.getuid?.() !== 0 && 'needs root' };

const environmentOf = (lines: readonly string[], name: string): readonly string[] =>
  linesOf(lines, name)
    .filter((line) => line.startsWith('env '))
    .map((line) => Buffer.from(line.slice(4), 'hex').toString('latin1'))
    .sort();

test('a program gets the original environment, SUPERVISOR_* and its own settings, nothing else', limit, async (t) => {
  const config = `[tsinit]\nenvironment=SHARED="s",BOTH="outer"\n${once('a', `${report} env`, 'environment=OWN="x y",BOTH="inner",PATH_LIKE="%(ENV_KEPT)s:/more"')}`;
  const env = { KEPT: 'as it was', EMPTY: '', BOTH: 'original', NODE_ENV: 'production' };
  const container = await supervise(t, config, { env });
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.deepEqual(environmentOf(container.stdout.lines, 'a'), [
    'BOTH=inner',
    'EMPTY=',
    'KEPT=as it was',
    'NODE_ENV=production',
    'OWN=x y',
    'PATH_LIKE=as it was:/more',
    'SHARED=s',
    'SUPERVISOR_ENABLED=1',
    'SUPERVISOR_GROUP_NAME=a',
    'SUPERVISOR_PROCESS_NAME=a',
  ]);
});

test('a secret with quotes, a percent sign and a newline arrives as it is, in command and environment', limit, async (t) => {
  const SECRET = `it's "5%", a\\b; #c\nd`;
  const options = 'environment=A="%(ENV_SECRET)s",B=%(ENV_SECRET)s,C=3';
  const printed = `sh -c 'printf "<%%s>" "$@" | tr "\\n" "~"; echo' sh "%(ENV_SECRET)s" %(ENV_OPTIONS)s`;
  const config = once('a', `${report} env:A env:B env:C`, options) + once('b', printed);
  const container = await supervise(t, config, { env: { SECRET, OPTIONS: `-a --b='c'` } });
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.deepEqual(environmentOf(container.stdout.lines, 'a'), [`A=${SECRET}`, `B=${SECRET}`, 'C=3']);
  assert.deepEqual(linesOf(container.stdout.lines, 'b'), [`<${SECRET.replace('\n', '~')}><-a><--b='c'>`]);
});

test('as supervisord, a quote in a secret is refused with the name of the variable', limit, async (t) => {
  const path = configFile(t, `[supervisord]\nnodaemon=true\n[program:a]\ncommand=true\nenvironment=A=%(ENV_SECRET)s\n`);
  const container = await startContainer(t, [tsinit, '--compat', 'supervisord', '-c', path], { env: { SECRET: `"it's` } });
  assert.equal(await container.ended, 2);
  assert.match(
    container.stderr.text(),
    /No closing quotation in section 'program:a' .*; quotes and separators in the value of %\(ENV_SECRET\)s count as if they were written there/,
  );
});

test('values that are no UTF-8 reach the program unchanged', limit, async (t) => {
  const script = `export BYTES="$(printf '\\377\\376 \\200')"; exec ${tsinit} -c ${configFile(t, once('a', `${report} env:BYTES`))}`;
  const container = await startContainer(t, ['/bin/sh', '-c', script]);
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.deepEqual(environmentOf(container.stdout.lines, 'a'), ['BYTES=\xff\xfe \x80']);
});

test('variables meant for programs are not obeyed by the supervisor, and programs still get them', limit, async (t) => {
  const folder = temporaryFolder(t);
  const env = {
    NODE_OPTIONS: '--require /no/such/agent.js',
    NODE_PATH: '/no/such/path',
    NODE_V8_COVERAGE: folder,
    NODE_DEBUG: 'net,stream',
    LD_PRELOAD: '/no/such/library.so',
    LD_LIBRARY_PATH: '/no/such/libraries',
    LD_DEBUG: 'all',
    MALLOC_ARENA_MAX: 'x',
    UV_THREADPOOL_SIZE: '0',
    LC_ALL: 'de_DE.UTF-8',
    TZ: 'Mars/Olympus',
    TSINIT_ROLE: 'client',
  };
  const container = await supervise(t, once('a', `${report} env`), { env });
  assert.equal(await container.ended, 0, container.stderr.text());
  const given = environmentOf(container.stdout.lines, 'a');
  for (const [name, value] of Object.entries(env)) assert.ok(given.includes(`${name}=${value}`), `${name} reached the program: ${given.join(' ')}`);
  assert.deepEqual(
    container.stderr.lines.filter((line) => /agent|preload|NET \d|coverage|library\.so/i.test(line)),
    [],
  );
});

test('a program holds descriptors 0, 1 and 2, and no other', limit, async (t) => {
  const container = await supervise(t, once('a', `${report} fds`) + once('b', `${report} fds`), { launcher: [] });
  assert.equal(await container.ended, 0);
  for (const name of ['a', 'b']) {
    const fds = linesOf(container.stdout.lines, name).filter((line) => line.startsWith('fd '));
    assert.equal(fds.length, 3, fds.join('\n'));
    assert.match(fds[0] ?? '', /^fd 0 (\/dev\/null|pipe:\[\d+\])$/);
    assert.match(fds[1] ?? '', /^fd 1 pipe:\[\d+\]$/);
    assert.match(fds[2] ?? '', /^fd 2 pipe:\[\d+\]$/);
  }
});

test('signals are neither blocked nor ignored, also when PID 1 was started so', limit, async (t) => {
  const inner = configFile(t, once('a', `${report} signals`));
  const container = await startContainer(t, ['/bin/sh', '-c', `trap '' HUP PIPE INT USR1; exec ${tsinit} -c ${inner}`]);
  assert.equal(await container.ended, 0);
  assert.deepEqual(linesOf(container.stdout.lines, 'a').slice(0, 2), ['SigBlk 0000000000000000', 'SigIgn 0000000000000000']);
});

test('a program leads a process group of its own', limit, async (t) => {
  const container = await supervise(t, once('a', `${report} pid pgid`));
  assert.equal(await container.ended, 0);
  const [pid, pgid] = linesOf(container.stdout.lines, 'a').map((line) => line.split(' ')[1]);
  assert.equal(pid, pgid);
});

test('a program gets back the limits that the container has', limit, async (t) => {
  const container = await supervise(t, once('a', `${report} limits`), { launcher: ['--nofile', '333:4000'] });
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.equal(linesOf(container.stdout.lines, 'a')[0], 'limits 333 4000');
});

test('directory and umask are applied', limit, async (t) => {
  const folder = join(realpathSync(temporaryFolder(t)), 'work');
  mkdirSync(folder);
  const container = await supervise(t, once('a', `${report} cwd umask`, `directory=${folder}\numask=027`) + once('b', `${report} cwd umask`), { cwd: '/' });
  assert.equal(await container.ended, 0);
  assert.deepEqual(linesOf(container.stdout.lines, 'a').slice(0, 2), [`cwd ${folder}`, 'umask 027']);
  assert.deepEqual(linesOf(container.stdout.lines, 'b').slice(0, 1), ['cwd /']);
});

test('user sets uid, gid and supplementary groups', asRoot, async (t) => {
  const container = await supervise(t, once('a', `${report} ids groups`, 'user=nobody'));
  assert.equal(await container.ended, 0);
  const [ids, groups] = linesOf(container.stdout.lines, 'a');
  assert.equal(ids, 'ids 65534 65534 65534 65534');
  assert.match(groups ?? '', /^groups( 65534)?$/, 'root’s groups are not kept');
});

test('user gives HOME, USER and LOGNAME of that user, unless they are written; under --compat supervisord they stay', asRoot, async (t) => {
  const env = { HOME: '/root', USER: 'root', LOGNAME: 'root' };
  const variables = `${report} env:HOME env:USER env:LOGNAME`;
  const config = [
    once('other', variables, 'user=nobody'),
    once('written', variables, 'user=nobody\nenvironment=HOME="/own"'),
    once('nameless', variables, 'user=54321'),
    once('same', variables, 'user=root'),
  ].join('');
  const container = await supervise(t, config, { env });
  assert.equal(await container.ended, 0, container.stderr.text());
  const given = (name: string) => environmentOf(container.stdout.lines, name);
  const home = readFileSync('/etc/passwd', 'utf8').match(/^nobody:.*:([^:]*):[^:]*$/m)?.[1] ?? '';
  assert.deepEqual(given('other'), [`HOME=${home}`, 'LOGNAME=nobody', 'USER=nobody']);
  assert.deepEqual(given('written'), ['HOME=/own', 'LOGNAME=nobody', 'USER=nobody']);
  assert.deepEqual(given('nameless'), ['HOME=/', 'LOGNAME=54321', 'USER=54321']);
  assert.deepEqual(given('same'), ['HOME=/root', 'LOGNAME=root', 'USER=root']);
  const options = 'user=nobody\nstdout_logfile=/dev/stdout\nstdout_logfile_maxbytes=0\nstderr_logfile=NONE';
  const head = '[supervisord]\nlogfile=/dev/null\nlogfile_maxbytes=0\nnodaemon=true\n';
  const peer = await supervise(t, head + once('a', `/bin/sh -c 'echo $HOME $USER $LOGNAME'`, options), { env, args: ['--compat', 'supervisord'] });
  await peer.stdout.line(/^\/root root root$/);
});

test('a file of variables has quoted values over several lines and comments behind them', limit, async (t) => {
  const file = join(temporaryFolder(t), 'a.env');
  writeFileSync(file, 'A=\'b\' # c\nexport KEY="-----BEGIN-----\n# no comment\n-----END-----\n" # pem\nB=bare # text\n');
  const container = await supervise(t, once('a', `${report} env`, `clear_env=true\nenv_file=${file}`));
  assert.equal(await container.ended, 0, container.stderr.text());
  const given = environmentOf(container.stdout.lines, 'a').filter((entry) => /^(A|B|KEY)=/.test(entry));
  assert.deepEqual(given, ['A=b', 'B=bare # text', 'KEY=-----BEGIN-----\n# no comment\n-----END-----\n']);
});

test('the command is split as a shell would split it, and no shell is run', limit, async (t) => {
  const container = await supervise(t, once('a', `${report} argv -- "two words" 'single $HOME' back\\ slash ~ *`));
  assert.equal(await container.ended, 0);
  const words = linesOf(container.stdout.lines, 'a')
    .filter((line) => line.startsWith('argv '))
    .map((line) => line.slice(5));
  assert.deepEqual(words.slice(3), ['two words', 'single $HOME', 'back slash', '~', '*']);
});
