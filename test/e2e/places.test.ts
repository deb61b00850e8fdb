/** Places a container may be: an empty root, a read-only one, no root user, closed streams, few descriptors, not PID 1. */
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startContainer, temporaryFolder, tsinit, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { linesOf, once, steady, supervise } from '../support/supervise.ts';

const tell = `${fixture('tell_signals')} --exit 15=0`;
const limit = { timeout: 60_000 };
const asRoot = { ...limit, skip: process.getuid?.() !== 0 && 'needs root' };

test('an empty root with nothing but the file, /proc and a static program', asRoot, async (t) => {
  const root = temporaryFolder(t);
  mkdirSync(join(root, 'proc'));
  copyFileSync(tsinit, join(root, 'tsinit'));
  copyFileSync(fixture('tell_signals'), join(root, 'program'));
  for (const name of ['tsinit', 'program']) chmodSync(join(root, name), 0o755);
  writeFileSync(join(root, 'tsinit.conf'), steady('a', '/program --exit 15=0'));
  const container = await startContainer(t, ['/tsinit', '-c', '/tsinit.conf'], { launcher: ['--root', root], env: {} });
  await container.stdout.line(/a +\| main ready/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});

test('an empty root, read-only, as an unknown user', asRoot, async (t) => {
  const root = temporaryFolder(t);
  mkdirSync(join(root, 'proc'));
  copyFileSync(tsinit, join(root, 'tsinit'));
  copyFileSync(fixture('tell_signals'), join(root, 'program'));
  for (const name of ['tsinit', 'program']) chmodSync(join(root, name), 0o755);
  writeFileSync(join(root, 'tsinit.conf'), steady('a', '/program --exit 15=0'));
  const launcher = ['--root', root, '--read-only', '--uid', '65532'];
  const container = await startContainer(t, ['/tsinit', '-c', '/tsinit.conf'], { launcher, env: {} });
  await container.stdout.line(/a +\| main ready/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});

test('a read-only root', limit, async (t) => {
  const container = await supervise(t, steady('a', tell), { launcher: ['--read-only'] });
  await container.stdout.line(/a +\| main ready/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});

test('as another user than root', asRoot, async (t) => {
  const container = await supervise(t, once('a', `${fixture('report')} ids`) + once('b', `/bin/sh -c 'echo out > /dev/stdout'`), {
    launcher: ['--uid', '65534'],
  });
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.equal(linesOf(container.stdout.lines, 'a')[0], 'ids 65534 65534 65534 65534');
  assert.deepEqual(linesOf(container.stdout.lines, 'b'), ['out']);
});

test('user= without the right to change it is refused or explained', asRoot, async (t) => {
  const container = await supervise(t, once('a', '/bin/true', 'user=daemon\nstartretries=0'), { launcher: ['--uid', '65534'] });
  assert.notEqual(await container.ended, 0);
  assert.match(container.stderr.text(), /user|uid|groups/i);
});

for (const closed of [[0], [1], [2], [0, 1, 2]])
  test(`started with descriptor ${closed.join(', ')} closed`, limit, async (t) => {
    const file = join(temporaryFolder(t), 'seen');
    const command = `/bin/sh -c '${fixture('report')} fds > ${file}.part; mv ${file}.part ${file}; echo to stdout; echo to stderr >&2'`;
    const container = await supervise(t, once('a', command), { launcher: closed.flatMap((fd) => ['--close', String(fd)]) });
    assert.equal(await container.ended, 0, container.stderr.text());
    const fds = readFileSync(file, 'latin1')
      .split('\n')
      .filter((line) => line.startsWith('fd '));
    assert.equal(fds.length, 3, fds.join('\n'));
    if (!closed.includes(1)) assert.match(container.stdout.text(), /a +\| to stdout/);
    if (!closed.includes(2)) assert.match(container.stderr.text(), /a +\| to stderr/);
  });

test('with few descriptors allowed', limit, async (t) => {
  const container = await supervise(t, steady('a', tell) + steady('b', tell), { launcher: ['--nofile', '64:64'] });
  await container.stdout.line(/a +\| main ready/);
  await container.stdout.line(/b +\| main ready/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});

test('with too few descriptors it says so and still ends in order', limit, async (t) => {
  const config = `[program:many]\ncommand=${tell}\nnumprocs=100\nprocess_name=many_%(process_num)d\nstartsecs=0\nstartretries=0\n`;
  const container = await supervise(t, config, { launcher: ['--nofile', '128:128'] });
  await container.stderr.line(/open files|descriptors/i);
  container.signal('SIGTERM');
  await container.ended;
});

test('not as PID 1 it adopts orphans and leaves nothing behind', limit, async (t) => {
  const config = once('o', `${fixture('orphans')} 200`) + steady('a', `${fixture('tell_signals')} --orphan --exit 15=0`);
  const container = await supervise(t, config, { launcher: ['--no-namespace'] });
  await container.stdout.line(/orphans 200/);
  await container.stdout.line(/main ready/);
  const children = (): string => readFileSync(`/proc/${container.pid}/task/${container.pid}/children`, 'latin1').trim();
  await until(() => children().split(' ').length <= 3); // supervisor, a, and perhaps its session member later
  container.signal('SIGTERM');
  await container.ended;
  assert.match(container.stdout.text(), /main-session signal 15/, 'the adopted one was asked to stop as well');
});
