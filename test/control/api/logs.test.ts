import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createFakePort } from '../support/fake-port.ts';
import { callerOf } from '../support/surfaces.ts';
import type { Said } from '../support/surfaces.ts';
import type { ControlPort, LogSource } from '../../../src/control/port.ts';
import { fileAt } from '../support/file-source.ts';

const portWith = (source: LogSource): ControlPort =>
  createFakePort([{ group: 'p', name: 'p' }], {
    log: () => source,
    logName: () => (source.kind === 'file' ? source.path : '/dev/stdout'),
    mainLog: () => source,
  }).port;

const memory = (text: string): LogSource => {
  const all = Buffer.from(text);
  return { kind: 'memory', tail: (length) => ({ bytes: all.subarray(Math.max(0, all.length - length)), total: all.length }) };
};

/** [offset, length, what read says], on `0123456789`. */
const READ: readonly (readonly [number, number, string])[] = [
  [0, 0, '0123456789'],
  [0, 5, '01234'],
  [8, 5, '89'],
  [10, 5, ''],
  [99, 0, ''],
  [-3, 0, '789'],
  [-99, 0, '0123456789'],
];

/** [offset, length, text, overflow]. */
const TAIL: readonly (readonly [number, number, string, boolean])[] = [
  [0, 5, '56789', true],
  [8, 5, '56789', false],
  [8, 2, '89', false],
  [10, 5, '', false],
  [0, 0, '', true],
  [2, 1, '9', true],
  [0, 99, '0123456789', false],
  [-5, 3, '789', true],
  [0, -1, '', true],
];

test('logs are read by the same arithmetic, from a file and from memory', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tsinit-logs-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'log');
  writeFileSync(path, '0123456789');
  for (const source of [fileAt(path), memory('0123456789')]) {
    const call = callerOf('direct', portWith(source));
    for (const [offset, length, value] of READ) {
      assert.deepEqual(await call('supervisor.readProcessStdoutLog', 'p', offset, length), { value }, `read ${offset} ${length}`);
      assert.deepEqual(await call('supervisor.readLog', offset, length), { value });
    }
    for (const [offset, length, text, overflow] of TAIL) {
      assert.deepEqual(await call('supervisor.tailProcessStderrLog', 'p', offset, length), { value: [text, 10, overflow] }, `tail ${offset} ${length}`);
    }
    for (const [offset, length] of [
      [-1, 1],
      [0, -1],
    ] as const) {
      assert.deepEqual(await call('supervisor.readProcessLog', 'p', offset, length), { fault: '3 BAD_ARGUMENTS' });
    }
  }
});

test('what is not UTF-8, or is cut inside a character, is replaced', async () => {
  const call = callerOf('XML-RPC', portWith(memory('aé\u001b[0m')));
  assert.deepEqual(await call('supervisor.readProcessStdoutLog', 'p', 2, 2), { value: '\uFFFD\uFFFD' });
});

test('what is no plain file is not opened: nobody waits for the other end of a pipe', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tsinit-logs-'));
  t.after(() => rmSync(folder, { recursive: true }));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const said = async (name: string, method: string): Promise<Said> => callerOf('direct', portWith(fileAt(join(folder, name))))(method, 'p', 0, 10);
  assert.deepEqual(await said('pipe', 'supervisor.readProcessStdoutLog'), { fault: '30 FAILED' });
  assert.deepEqual(await said('pipe', 'supervisor.tailProcessStdoutLog'), { value: ['', 0, false] });
  assert.deepEqual(await said('none', 'supervisor.readProcessStdoutLog'), { fault: `20 NO_FILE: ${join(folder, 'none')}` });
  assert.deepEqual(await said('none', 'supervisor.tailProcessStdoutLog'), { value: ['', 0, false] });
});

test('one answer holds 16 MiB at most; the rest is there for the next call', async () => {
  const call = callerOf('direct', portWith(memory('a'.repeat(17 * 1024 * 1024))));
  const said = await call('supervisor.readProcessStdoutLog', 'p', 1024 * 1024, 0);
  assert.equal('value' in said && typeof said.value === 'string' ? said.value.length : 0, 16 * 1024 * 1024);
});
