/** The number in a pid file, whatever lies at its path. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPidFile } from '../../../src/kernel/files/pid-file.ts';
import { temporaryFolder } from '../../support/container.ts';

test('a number in the first line, or nothing', (t) => {
  const path = join(temporaryFolder(t), 'x.pid');
  assert.equal(readPidFile(path), null);
  for (const [text, pid] of [
    ['12', 12],
    [' 4194304 \n', 4_194_304],
    ['77\n/var/lib/postgresql\n5432\n', 77],
    ['', null],
    ['0\n', null],
    ['1\n', null],
    ['-5\n', null],
    ['12 13\n', null],
    ['x\n12\n', null],
    ['9999999\n', null],
    ['12345678\n', null],
    [`12\n${'x'.repeat(5000)}`, null],
  ] as const) {
    writeFileSync(path, text);
    assert.equal(readPidFile(path), pid, text.slice(0, 20));
  }
});

test('a named pipe is not opened', (t) => {
  const path = join(temporaryFolder(t), 'x.pid');
  execFileSync('mkfifo', [path]);
  assert.equal(readPidFile(path), null);
});
