/** `check`: what it prints and how it exits. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../support/container.ts';
import { tool, write } from './tool.ts';

const GOOD =
  '[tsinit]\nexit_policy = any\n[program:web]\ncommand = /bin/web --port %(ENV_PORT)s\npriority = 2\n[program:db]\ncommand = /bin/db\nautostart = false\npriority = 1\n';
const BAD = '[program:web]\ncommnad = /bin/web\nstopsignal = TREM\n';

test('a good file: what would run, in start order', (t) => {
  const file = write(temporaryFolder(t), 'a.conf', GOOD);
  for (const argv of [[file], ['-c', file]]) {
    const { code, stdout, stderr } = tool(['check', ...argv], { env: { PORT: '80' } });
    assert.deepEqual([code, stderr], [0, '']);
    assert.deepEqual(stdout.split('\n'), ['good: 2 processes, exit_policy=any', '  db: /bin/db (not started by itself)', '  web: /bin/web --port 80', '']);
  }
});

test('what starts a program beside the start of everything', (t) => {
  const sections = '[socket:web]\nlisten=8080\n[program:a]\ncommand=/a\nstart_on=socket:web, signal:USR1\n[program:b]\ncommand=/b\n';
  const { code, stdout } = tool(['check', write(temporaryFolder(t), 'a.conf', sections)], { env: {} });
  assert.equal(code, 0, stdout);
  assert.match(stdout, /^ {2}a: \/a \(by socket:web, signal:USR1\)$/mu);
});

test('a schedule: the next three times, in its time zone', (t) => {
  const programs = '[program:a]\ncommand=/a\nschedule=0 30 3 29 2 *\nschedule_timezone=Asia/Tokyo\n[program:b]\ncommand=/b\nschedule=0 0 31 2 *\n';
  const file = write(
    temporaryFolder(t),
    'a.conf',
    `${programs}[program:c]\ncommand=/c\nschedule=@daily\n[program:d]\ncommand=/d\nschedule=@daily\nschedule_timezone=No/Where\n`,
  );
  const { code, stdout } = tool(['check', file], { env: { TZ: 'America/Lima' } });
  assert.equal(code, 0, stdout);
  const time = String.raw`\w{3} \d{4}-02-29 03:30:00 GMT\+9`;
  assert.match(stdout, new RegExp(`^  a: /a \\(by the clock\\)\n    next: ${time}, ${time}, ${time}$`, 'mu'));
  assert.match(stdout, /^ {2}b: \/b \(by the clock\)\n {4}0 0 31 2 \* will never come$/mu);
  assert.match(stdout, /^ {2}c: .*\n {4}next: \w{3} \d{4}-\d\d-\d\d 00:00:00 GMT-5, /mu);
  assert.match(stdout, /^ {4}cannot keep the schedule @daily of No\/Where: there is no such time zone/mu);
});

test('an indented line that looks like an option is warned of, in both personalities', (t) => {
  const text =
    "[program:web]\ncommand=/bin/web\n  autostart=true\n[program:sh]\ncommand=/bin/sh -c 'a\n  user=me'\n  --x=1\nenvironment=A=1,\n  user=2\n[supervisord]\n";
  const file = write(temporaryFolder(t), 'a.conf', text);
  for (const argv of [[], ['--compat', 'supervisord']]) {
    const { code, stdout, stderr } = tool(['check', ...argv, file]);
    assert.equal(code, 0, stdout + stderr);
    const told = (stdout + stderr).split('\n').filter((line) => line.includes('continues the value of'));
    assert.equal(told.length, 1, stdout + stderr);
    assert.match(told[0] ?? '', /a\.conf:3.*'autostart=\.\.\.' in \[program:web\].*continues the value of command/u);
  }
});

test('braces of an include are text to supervisord', (t) => {
  const folder = temporaryFolder(t);
  for (const name of ['10.conf', '11.conf', '{10,11}.conf']) write(folder, name, `[program:${name.replace(/\W+/g, '-')}]\ncommand=/bin/x\n`);
  const file = write(folder, 'main.ini', '[supervisord]\n[include]\nfiles={10,11}.conf\n');
  const names = (...argv: readonly string[]): readonly string[] =>
    [...tool(['check', ...argv, file]).stdout.matchAll(/^ {2}([\w-]+): \/bin/gmu)].map((found) => found[1] ?? '');
  assert.deepEqual(names(), ['10-conf', '11-conf']);
  assert.deepEqual(names('--compat', 'supervisord'), ['-10-11-conf']);
});

test('one process is no processes', (t) => {
  const file = write(temporaryFolder(t), 'a.conf', '[program:web]\ncommand=/bin/web\n');
  assert.match(tool(['check', file]).stdout, /^good: 1 process, exit_policy=all$/mu);
});

test('a bad file: every problem with its place, their number, exit 2', (t) => {
  const file = write(temporaryFolder(t), 'a.conf', BAD);
  const { code, stdout, stderr } = tool(['check', file]);
  const lines = stdout.trimEnd().split('\n');
  const last = lines.pop();
  assert.deepEqual([code, stderr], [2, '']);
  assert.equal(last, `${lines.length} problems`);
  assert.ok(lines.length >= 2);
  for (const line of lines) assert.ok(line.startsWith(`tsinit: ${file}:`), line);
  assert.match(stdout, /a\.conf:2: .*commnad/u);
  assert.match(stdout, /a\.conf:3: .*TREM/u);
});

test('a single problem is one problem', (t) => {
  const file = write(temporaryFolder(t), 'a.conf', '[program:web]\ncommand=/bin/web\nstopsignal=TREM\n');
  assert.match(tool(['check', file]).stdout, /^1 problem$/mu);
});

test('a file that is not there', (t) => {
  const { code, stdout } = tool(['check', join(temporaryFolder(t), 'none.conf')]);
  assert.equal(code, 2);
  assert.match(stdout, /none\.conf.*no such file/u);
});

test('an option that does not exist is told, also with --watch: there is nothing to watch then', () => {
  for (const argv of [['--frobnicate'], ['--frobnicate', '--watch']]) {
    const { code, stdout } = tool(['check', ...argv]);
    assert.equal(code, 2, argv.join(' '));
    assert.match(stdout, /frobnicate/u);
    assert.ok(!stdout.includes('\u001b'));
  }
});

test('help lists the tools; a word that is none is told with the way to run it as a program', () => {
  assert.match(tool([]).stdout, /tsinit check/u);
  assert.deepEqual([tool(['help']).code, tool(['help']).stdout], [0, tool([]).stdout]);
  const { code, stdout, stderr } = tool(['chekc']);
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /'chekc' is not a tool .*tsinit -- chekc/u);
});

test('the file stands anywhere among the options; --compat supervisord reads it as supervisord does', (t) => {
  const file = write(temporaryFolder(t), 'a.conf', '[supervisord]\n[program:web]\ncommand=/bin/web\npidfile=/run/web.pid\n');
  for (const argv of [
    ['--compat', 'supervisord', file],
    ['--compat=supervisord', file],
    [file, '--compat', 'supervisord'],
    ['-nu', 'root', '--compat', 'supervisord', file],
  ]) {
    const { code, stdout } = tool(['check', ...argv]);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^good: 1 process, /mu);
  }
});

test('options that supervisord passes over: what to write instead, and the way to run the file as it is', (t) => {
  const text = '[supervisord]\nstderr_logfile=/x\n[program:web]\ncommand=/bin/web\npidfile=/run/web.pid\ndependent_startup=true\nexitcode=0\n';
  const { code, stdout } = tool(['check', write(temporaryFolder(t), 'a.conf', text)]);
  assert.equal(code, 2);
  assert.match(stdout, /unknown option 'stderr_logfile' in \[supervisord\].*write it in the programs/u);
  assert.match(stdout, /unknown option 'pidfile' in \[program:web\].*leave it out/u);
  assert.match(stdout, /unknown option 'dependent_startup' in \[program:web\].*depends_on/u);
  assert.match(stdout, /unknown option 'exitcode' in \[program:web\].*exitcodes/u);
  assert.match(stdout, /\n4 problems\nsupervisord passes over what it does not know; tsinit --compat supervisord runs the file as it does\n$/u);
  const own = tool(['check', write(temporaryFolder(t), 'b.conf', text.replace('[supervisord]', '[tsinit]'))]);
  assert.doesNotMatch(own.stdout, /--compat/u, 'who writes [tsinit] means tsinit');
});
