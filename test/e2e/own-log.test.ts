/** The supervisor's own log where it cannot be written, or may not be: told in one line, never through itself, and programs run. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startContainer, temporaryFolder, tsinit } from '../support/container.ts';
import { steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 60_000 };
const noSyslog = { ...limit, skip: existsSync('/dev/log') && 'there is a /dev/log' };
const asRoot = { ...limit, skip: process.getuid?.() !== 0 && 'needs root' };
const peer = ['--compat', 'supervisord'];

for (const noDaemon of [true, false])
  test(`logfile=syslog without /dev/log, nodaemon=${noDaemon}: one line, the programs run, exit 0`, noSyslog, async (t) => {
    const folder = temporaryFolder(t);
    const config = `[supervisord]\nlogfile=syslog\nnodaemon=${noDaemon}\npidfile=${folder}/pid\nchildlogdir=${folder}\nloglevel=debug\n${steady('a', 'sh -c "echo up; exec sleep 1000"', 'stdout_logfile=/dev/fd/1\nstdout_logfile_maxbytes=0\nstdout_syslog=true')}`;
    const container = await supervise(t, config, { args: peer });
    await container.stdout.line(/^up$/);
    container.signal('SIGTERM');
    assert.equal(await container.ended, 0, container.stderr.text());
    const told = [...container.stderr.lines, ...container.stdout.lines].filter((line) => line.includes('cannot send to syslog'));
    assert.equal(told.length, 1, container.stderr.text());
    assert.match(told[0] ?? '', /\/dev\/log.*there is nobody/);
  });

test('tsinit: logfile=syslog and a program that logs there, without /dev/log: one line', noSyslog, async (t) => {
  const container = await supervise(t, `[tsinit]\nlogfile=syslog\n${steady('a', 'sh -c "echo up; echo up >&2; exec sleep 1000"', 'stdout_logfile=SYSLOG')}`);
  await container.stderr.line(/a +\| up$/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.equal(container.stderr.lines.filter((line) => line.includes('cannot send to syslog')).length, 1, container.stderr.text());
});

test('stdout on a full disk, as a log of supervisord: told on stderr, once', asRoot, async (t) => {
  const disk = mkdtempSync(join(tmpdir(), 'tsinit-test-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=777', 'tmpfs', disk]);
  t.after(() => {
    execFileSync('umount', ['-l', disk]);
    rmdirSync(disk);
  });
  assert.throws(() => writeFileSync(join(disk, 'filler'), new Uint8Array(128 * 1024)), /ENOSPC/);
  const folder = temporaryFolder(t);
  const path = join(folder, 'c.conf');
  writeFileSync(
    path,
    `[supervisord]\nlogfile=/dev/stdout\nlogfile_maxbytes=0\nnodaemon=true\npidfile=${folder}/pid\nchildlogdir=${folder}\n${steady('a', 'sh -c "echo up >&2; exec sleep 1000"', 'stderr_logfile=/dev/fd/2\nstderr_logfile_maxbytes=0')}`,
  );
  const container = await startContainer(t, ['/bin/sh', '-c', `exec "$@" >${disk}/filler2`, 'sh', tsinit, '--compat', 'supervisord', '-c', path]);
  await container.stderr.line(/^up$/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.equal(container.stderr.lines.filter((line) => line.includes("the container's stdout cannot be written: no space")).length, 1, container.stderr.text());
});

test('stderr that takes nothing: told on stdout', limit, async (t) => {
  const path = join(temporaryFolder(t), 'c.conf');
  writeFileSync(path, steady('a', 'sh -c "echo up; exec sleep 1000"'));
  const container = await startContainer(t, ['/bin/sh', '-c', '{ exec "$@" 2>&3; } 3>/dev/full', 'sh', tsinit, '-c', path]);
  await container.stdout.line(/tsinit \| the container's stderr cannot be written: no space/);
  await container.stdout.line(/a +\| up$/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
});

for (const [spelling, logfile] of [
  ['of its own', '/dev/fd/5'],
  ['of /proc/self', '/proc/self/fd/5'],
  ['of process 1', '/proc/1/fd/5'],
  ['of a thread', '/proc/thread-self/fd/5'],
  ['with `..` on the way', '/dev/../proc/self/task/../fd/5'],
  ['of standard input', '/dev/stdin'],
  ['behind a link', '{dir}/link'],
] as const)
  test(`logfile: a descriptor ${spelling} is refused in a sentence, and programs run`, limit, async (t) => {
    const folder = temporaryFolder(t);
    symlinkSync('../../../../dev/fd/../fd/5', join(folder, 'link'));
    const path = logfile.replace('{dir}', folder);
    for (const own of [true, false]) {
      const text = own ? `[tsinit]\nlogfile=${path}\n` : `[supervisord]\nlogfile=${path}\nnodaemon=true\npidfile=${folder}/pid\nchildlogdir=${folder}\n`;
      const program = steady('a', 'sh -c "echo up; exec sleep 1000"', own ? '' : 'stdout_logfile=/dev/fd/1\nstdout_logfile_maxbytes=0');
      const container = await supervise(t, text + program, { args: own ? [] : peer });
      await container.stderr.line(/cannot write to .*: it names a descriptor/);
      await container.stdout.line(/up$/);
      container.signal('SIGTERM');
      assert.equal(await container.ended, 0, container.stderr.text());
    }
  });

test("a program's log behind a link: to the container's output it goes there as lines, to another descriptor it is refused", limit, async (t) => {
  const folder = temporaryFolder(t);
  symlinkSync('/dev/stdout', join(folder, 'out'));
  symlinkSync('/dev/fd/7', join(folder, 'seven'));
  const program = (name: string, log: string): string =>
    steady(name, `sh -c "echo from ${name}; echo up >&2; exec sleep 1000"`, `stdout_logfile=${folder}/${log}`);
  const container = await supervise(t, program('a', 'out') + program('b', 'seven'));
  await container.stdout.line(/^a +\| from a$/);
  await container.stderr.line(/cannot write to .*seven: it names a descriptor/);
  await container.stderr.line(/b +\| up$/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
});
