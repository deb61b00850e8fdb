/**
 * dist/tsinit-arm64 (`npm run build -- --arch x64,arm64`) by emulation, where both are there. The emulator of single programs knows no signals
 * that are waited for, so what is shown is what differs between machines: that init runs, maps Node out of the file and jumps, that the loader finds
 * the libraries, and that the bundle runs. The C code above that is the same.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { isInPath, projectRoot } from '../support/fixtures.ts';
import { configFile } from '../support/supervise.ts';

const file = join(projectRoot, 'dist/tsinit-arm64');
const EMULATOR = 'qemu-aarch64-static';
const AARCH64 = 183;
const skip = !existsSync(file) ? 'not built' : !isInPath(EMULATOR) ? `no ${EMULATOR}` : false;

const run = (...args: readonly string[]): { readonly code: number | null; readonly stdout: string; readonly stderr: string } => {
  const done = spawnSync(EMULATOR, [file, ...args], { encoding: 'utf8', timeout: 120_000, killSignal: 'SIGKILL' });
  return { code: done.status, stdout: done.stdout, stderr: done.stderr };
};

test('the file is a program for arm64', { skip }, () => {
  const header = Buffer.alloc(20);
  const opened = openSync(file, 'r');
  readSync(opened, header, 0, header.length, 0);
  closeSync(opened);
  assert.equal(header.readUInt16LE(18), AARCH64);
});

test('init answers, and knows a mistake', { skip }, () => {
  assert.match(run('--version').stdout, /^tsinit version \d/);
  assert.equal(run('--no-such-option', '--', 'true').code, 2);
});

test('Node is mapped out of the file and reads a configuration', { skip }, (t) => {
  const done = run('check', configFile(t, '[program:web]\ncommand=/bin/web --port 80\n'));
  assert.deepEqual([done.code, done.stderr], [0, '']);
  assert.match(done.stdout, /^good: 1 process, /);
  assert.match(done.stdout, /web: \/bin\/web --port 80/);
});
