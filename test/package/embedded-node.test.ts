/**
 * Node runs out of our own file, whatever the image is or says: its environment, its libraries, its missing /proc.
 * What cannot work is said in one sentence.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fixture } from '../support/fixtures.ts';

const root = join(import.meta.dirname, '../..');
const product = process.env['TSINIT_BIN'] ?? join(root, 'dist/tsinit');
const CANNOT_START = 125;
const asRoot = { skip: process.getuid?.() !== 0 && 'needs root' };

const folderOf = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'tsinit-package-'));
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'good.conf'), '[program:a]\ncommand = /program %(ENV_WHO)s\n');
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
};

type Result = { readonly code: number | null; readonly out: string; readonly err: string };

const run = (command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = '/'): Result => {
  const done = spawnSync(command, args, { encoding: 'utf8', env: { WHO: 'me', ...env }, cwd });
  return { code: done.status, out: done.stdout, err: done.stderr };
};

const assertChecked = (result: Result): void => {
  assert.equal(result.code, 0, result.err);
  assert.match(result.out, /\/program me/u);
  assert.doesNotMatch(result.err, /ld\.so|Warning/u);
};

test('the environment of the image is seen by the configuration and obeyed by nobody', (t) => {
  const folder = folderOf(t);
  const hostile = {
    NODE_OPTIONS: '--require /nowhere/agent.js',
    NODE_PATH: '/nowhere',
    LD_PRELOAD: '/nowhere/agent.so',
    LD_LIBRARY_PATH: folder,
    GLIBC_TUNABLES: 'glibc.malloc.check=3',
    NODE_V8_COVERAGE: folder,
    UV_THREADPOOL_SIZE: '0',
    NODE_DEBUG: 'module',
    LD_DEBUG: 'all',
  };
  assertChecked(run(product, ['check', join(folder, 'good.conf')], hostile));
});

test('a link to the file and a name relative to the folder work', (t) => {
  const folder = folderOf(t);
  copyFileSync(product, join(folder, 'copy'));
  assertChecked(run('./copy', ['check', 'good.conf'], {}, folder));
});

test('standard streams that are closed are no harm', (t) => {
  const folder = folderOf(t);
  assertChecked(run('/bin/sh', ['-c', `exec "$0" check "$1" <&-`, product, join(folder, 'good.conf')]));
});

test('few descriptors: enough of them work, too few are said', (t) => {
  const folder = folderOf(t);
  const limited = (count: number): Result => run('/bin/sh', ['-c', `ulimit -n ${count}; exec "$0" check "$1"`, product, join(folder, 'good.conf')]);
  assertChecked(limited(48));
  const few = limited(12);
  assert.equal(few.code, CANNOT_START);
  assert.match(few.err, /^tsinit: cannot start the embedded Node: no descriptors left: .*raise the limit of open files/u);
});

test('where memfd_create is refused an unlinked file does', (t) => {
  const folder = folderOf(t);
  assertChecked(run(fixture('refuse'), ['EPERM', 'memfd_create', product, 'check', join(folder, 'good.conf')]));
});

test('without /proc the reason is said', asRoot, (t) => {
  const folder = folderOf(t);
  copyFileSync(product, join(folder, 'tsinit'));
  const result = run('/usr/sbin/chroot', [folder, '/tsinit', 'check', '/good.conf']);
  assert.equal(result.code, CANNOT_START);
  assert.match(result.err, /^tsinit: cannot start the embedded Node: \/proc is not mounted/u);
});

test("the image's /etc/ld.so.preload is not read", asRoot, (t) => {
  const folder = folderOf(t);
  mkdirSync(join(folder, 'proc'));
  mkdirSync(join(folder, 'etc'));
  writeFileSync(join(folder, 'etc/ld.so.preload'), '/nowhere/agent.so\n');
  copyFileSync(product, join(folder, 'tsinit'));
  const script = 'mount -t proc proc "$0/proc" && exec chroot "$0" /tsinit check /good.conf';
  assertChecked(run('/usr/bin/unshare', ['--mount', '/bin/sh', '-c', script, folder], { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }));
});

test('init without the rest says what it is, and serves direct mode', (t) => {
  const folder = folderOf(t);
  const init = join(root, 'dist/parts/init');
  const result = run(init, ['check', join(folder, 'good.conf')]);
  assert.equal(result.code, CANNOT_START);
  assert.match(result.err, /this file carries none.*npm run build/u);
  assert.equal(run(init, ['--', '/bin/sh', '-c', 'exit 7']).code, 7);
});

test('a low limit of address space is raised where it may be, and else told', (t) => {
  const folder = folderOf(t);
  const limited = (limit: string): Result => run('/bin/sh', ['-c', `ulimit ${limit} 300000; exec "$0" check "$1"`, product, join(folder, 'good.conf')]);
  assertChecked(limited('-S -v'));
  const refused = limited('-v');
  assert.equal(refused.code, CANNOT_START);
  assert.match(refused.err, /^tsinit: cannot start the embedded Node: the limit of address space is too low, in MiB: 292; raise it/u);
});
