/** What programs write arrives whole, prefixed and aligned, on the stream they wrote it to. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startContainer, temporaryFolder, tsinit } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { configFile, linesOf, once, steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 30_000 };

test('lines carry an aligned prefix and stay on their stream', limit, async (t) => {
  const container = await supervise(t, once('web', `/bin/sh -c 'echo out; echo err >&2'`) + once('scheduler', '/bin/echo tick'));
  assert.equal(await container.ended, 0);
  assert.deepEqual([...container.stdout.lines].sort(), ['scheduler | tick', 'web       | out']);
  assert.ok(container.stderr.lines.includes('web       | err'), container.stderr.text());
  assert.ok(!container.stdout.text().includes('tsinit'), 'the supervisor itself speaks on the error stream only');
});

test('a last line without newline comes with prefix and newline', limit, async (t) => {
  const container = await supervise(t, once('cut', `/bin/sh -c 'printf "one\\ntwo"'`.replaceAll('%', '%%')));
  assert.equal(await container.ended, 0);
  assert.deepEqual(linesOf(container.stdout.lines, 'cut'), ['one', 'two']);
});

test('an endless line comes in pieces of 64 KiB, all of it', limit, async (t) => {
  const container = await supervise(t, once('long', `${fixture('writer')} long unbroken 200000`));
  assert.equal(await container.ended, 0);
  const pieces = container.stdout.lines.map((line) => line.replace(/^long +\|\S* ?/, ''));
  assert.equal(pieces.join('').length, 200_000, 'nothing is missing');
  assert.match(pieces.join(''), /^u*$/);
  assert.equal(pieces[0]?.length, 65_536);
  assert.equal(pieces.length, 4);
  const marks = container.stdout.lines.map((line) => line.match(/^long +(\|\S*) /)?.[1]);
  assert.deepEqual(marks, ['|', '|+', '|+', '|+'], 'a continuation is marked');
});

test('empty lines, carriage returns and bytes that are no UTF-8 pass unchanged; a colour that is left open is closed', limit, async (t) => {
  const container = await supervise(t, once('raw', `/bin/sh -c 'printf "\\n\\377\\376\\n\\r\\n\\033[31mred\\n"'`));
  assert.equal(await container.ended, 0);
  assert.deepEqual(
    linesOf(
      container.stdout.lines.map((line) => line.replace(/\|$/, '| ')),
      'raw',
    ),
    ['', '\xff\xfe', '\r', '\x1b[31mred\u001b[0m'],
  );
});

test('/dev/stdout and /dev/stderr can be opened by path', limit, async (t) => {
  const script = `/bin/sh -c 'echo out > /dev/stdout; echo err > /dev/stderr; echo again >> /dev/stdout'`;
  const container = await supervise(t, once('path', script));
  assert.equal(await container.ended, 0);
  assert.deepEqual(linesOf(container.stdout.lines, 'path'), ['out', 'again']);
  assert.deepEqual(linesOf(container.stderr.lines, 'path'), ['err'], container.stderr.text());
});

test('/dev/stdout can be opened by path as another user', { ...limit, skip: process.getuid?.() !== 0 && 'needs root' }, async (t) => {
  const script = `/bin/sh -c 'id -un; echo out > /dev/stdout; echo err > /dev/stderr'`;
  const container = await supervise(t, once('other', script, 'user=nobody'));
  assert.equal(await container.ended, 0);
  assert.deepEqual(linesOf(container.stdout.lines, 'other'), ['nobody', 'out']);
  assert.deepEqual(linesOf(container.stderr.lines, 'other'), ['err'], container.stderr.text());
});

test('a program that drops its user itself can still open /dev/stdout', { ...limit, skip: process.getuid?.() !== 0 && 'needs root' }, async (t) => {
  const script = `/usr/bin/setpriv --reuid=65534 --regid=65534 --clear-groups /bin/sh -c 'echo dropped > /dev/stdout'`;
  const container = await supervise(t, once('self', script));
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.deepEqual(linesOf(container.stdout.lines, 'self'), ['dropped']);
});

test('a file shared with others as standard output keeps what they wrote', limit, async (t) => {
  const file = join(temporaryFolder(t), 'all.log');
  const inner = configFile(t, once('shared', '/bin/echo line'));
  const container = await startContainer(t, ['/bin/sh', '-c', `{ echo before; ${tsinit} -c ${inner}; echo after; } > ${file} 2> /dev/null; exit 0`]);
  assert.equal(await container.ended, 0);
  assert.deepEqual(readFileSync(file, 'latin1').split('\n'), ['before', 'shared | line', 'after', '']);
});

test('redirect_stderr joins both in the order of writing', limit, async (t) => {
  const script = `/bin/sh -c 'echo 1; echo 2 >&2; echo 3'`;
  const container = await supervise(t, once('join', script, 'redirect_stderr=true'));
  assert.equal(await container.ended, 0);
  assert.deepEqual(linesOf(container.stdout.lines, 'join'), ['1', '2', '3']);
});

test('a log file gets the bytes as they were written', limit, async (t) => {
  const file = join(temporaryFolder(t), 'app.log');
  const container = await supervise(t, once('app', `/bin/sh -c 'echo one; echo two; echo err >&2'`, `stdout_logfile=${file}`));
  assert.equal(await container.ended, 0);
  assert.equal(readFileSync(file, 'latin1'), 'one\ntwo\n');
  assert.deepEqual(container.stdout.lines, []);
  assert.deepEqual(linesOf(container.stderr.lines, 'app'), ['err']);
});

test('eight programs whose writes cut lines do not tear each other’s', { timeout: 60_000 }, async (t) => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const container = await supervise(t, names.map((name) => once(name, `${fixture('writer')} ${name} blocks 3000 100 4096`)).join('\n'));
  assert.equal(await container.ended, 0);
  for (const name of names) {
    const lines = linesOf(container.stdout.lines, name);
    assert.equal(lines.length, 3000, `${name} has all its lines`);
    lines.forEach((line, index) => assert.match(line, new RegExp(`^${name} ${String(index + 1).padStart(10, '0')} x+\\.$`)));
  }
  assert.equal(container.stdout.lines.length, 8 * 3000, 'there is no other line');
});

test('what a program wrote just before it was killed is not lost', limit, async (t) => {
  const container = await supervise(t, once('dying', `/bin/sh -c 'for i in 1 2 3 4 5 6 7 8 9; do echo line $i; done; kill -9 $$'`));
  assert.equal(await container.ended, 137);
  assert.deepEqual(
    linesOf(container.stdout.lines, 'dying'),
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => `line ${number}`),
  );
});

test('what a descendant writes after the program has ended still comes', limit, async (t) => {
  const container = await supervise(
    t,
    once('parent', `${fixture('tell_signals')} --name p --child --exit 10=0`) + steady('other', fixture('tell_signals') + ' --exit 15=0'),
  );
  await container.stdout.line(/p-child ready/);
  await container.stdout.line(/p ready/);
  await container.stdout.line(/other +\| main ready/);
  container.signal('SIGUSR1');
  await container.stdout.line(/p signal 10/);
  container.signal('SIGTERM');
  assert.notEqual(await container.ended, -1);
  assert.match(container.stdout.text(), /p-child signal 10/);
});

test('ready_on=log: a line in colour, and one that ends as terminals end theirs, match without that', { timeout: 60_000 }, async (t) => {
  const server = (name: string, says: string): string => steady(name, `sh -c 'printf "${says}"; exec sleep 1000'`, 'ready_on=log:^Server ready$');
  const programs = server('a', '\\033[1;32mServer \\033[0mready\\033[K\\n') + server('b', 'Server ready\\r\\n');
  const container = await supervise(t, programs + once('c', 'echo all ready', 'depends_on=a:ready,b:ready\ntype=oneshot'));
  await container.stdout.line(/c +\| all ready$/);
  container.signal('SIGTERM');
  await container.ended;
});
