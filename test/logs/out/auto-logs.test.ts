/** Automatic log files: a successor finds its predecessor's, a stranger guesses none. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadNative } from '../../../src/kernel/load-native.ts';
import { createAutoLogs, makeAutoLogs, removeAutoLogs } from '../../../src/logs/out/auto-logs.ts';
import { addonPath } from '../support/real.ts';

const native = loadNative(await addonPath());

test('names are supervisord’s, stable for a seed, different for another', () => {
  const one = createAutoLogs('/var/log', 'box', 'seed');
  assert.match(one.pathOf('web', 'stdout'), /^\/var\/log\/web-stdout---box-[a-z0-9_]{8}\.log$/);
  assert.equal(createAutoLogs('/var/log', 'box', 'seed').pathOf('web', 'stdout'), one.pathOf('web', 'stdout'));
  const paths = [
    one.pathOf('web', 'stdout'),
    one.pathOf('web', 'stderr'),
    one.pathOf('g:web', 'stdout'),
    createAutoLogs('/var/log', 'box', 'other').pathOf('web', 'stdout'),
  ];
  assert.equal(new Set(paths).size, 4);
  assert.match(paths[2] ?? '', /^\/var\/log\/web-stdout---/);
});

const run = (callback: () => void): void => callback();

test('more than a few are made in batches; what output has made already is left', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tsinit-auto-'));
  const names = Array.from({ length: 140 }, (_, index) => `log${String(index).padStart(3, '0')}`);
  const later: (() => void)[] = [];
  makeAutoLogs(
    native,
    names.map((name) => join(folder, name)),
    assert.fail,
    (callback) => void later.push(callback),
  );
  assert.equal(readdirSync(folder).length, 64);
  writeFileSync(join(folder, 'log120'), 'said');
  for (let next = later.shift(); next !== undefined; next = later.shift()) next();
  assert.deepEqual(readdirSync(folder).sort(), names);
  assert.equal(statSync(join(folder, 'log120')).size, 4);
  rmSync(folder, { recursive: true });
});

test('made for nobody else to read, never through a link that somebody has laid', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tsinit-auto-'));
  const problems: string[] = [];
  symlinkSync(join(folder, 'victim'), join(folder, 'trap'));
  makeAutoLogs(native, [join(folder, 'good'), join(folder, 'trap')], (text) => void problems.push(text), run);
  assert.equal(statSync(join(folder, 'good')).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder).sort(), ['good', 'trap']);
  assert.match(problems.join(), /cannot create 1 automatic log files, the first is .*trap/);
  rmSync(folder, { recursive: true });
});

test('only files of this identifier are removed, rotated ones too', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tsinit-auto-'));
  for (const name of ['a-stdout---b.x-12345678.log', 'a-stdout---b.x-12345678.log.10', 'a-stdout---bqx-12345678.log', 'mine.log'])
    writeFileSync(join(folder, name), '');
  const problems: string[] = [];
  removeAutoLogs(native, folder, 'b.x', (text) => void problems.push(text));
  assert.deepEqual(readdirSync(folder).sort(), ['a-stdout---bqx-12345678.log', 'mine.log']);
  removeAutoLogs(native, join(folder, 'none'), 'b.x', (text) => void problems.push(text));
  assert.deepEqual(problems, ['Could not clear childlog dir']);
  rmSync(folder, { recursive: true });
});
