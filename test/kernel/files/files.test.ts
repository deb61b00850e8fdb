/** Files of a configuration, live and as a successor finds them recorded. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type FileRecord, liveFiles, recordedFiles } from '../../../src/kernel/files/files.ts';
import { temporaryFolder } from '../../support/container.ts';

const environment = { HOME: '/root' };

test('files, globs and directories are answered and recorded', (t) => {
  const folder = temporaryFolder(t);
  const path = (name: string): string => join(folder, name);
  for (const name of ['b.conf', 'B.conf', 'é.conf', 'a.conf', 'x.txt']) writeFileSync(path(name), `text of ${name}`);
  symlinkSync(folder, path('link'));
  const { world, record } = liveFiles(environment);
  assert.deepEqual(world.readFile(path('a.conf')), { text: 'text of a.conf' });
  assert.deepEqual(world.glob(path('*.conf')), ['B.conf', 'a.conf', 'b.conf', 'é.conf'].map(path), 'sorted by bytes, as everywhere');
  assert.deepEqual(world.glob(path('*.none')), []);
  assert.deepEqual([folder, path('link'), path('a.conf'), path('gone')].map(world.isDirectory), [true, true, false, false]);
  assert.deepEqual(Object.keys(record.files), [path('a.conf')], 'only what was asked for');
  assert.equal(Object.keys(record.globs).length, 2);
  assert.deepEqual([world.hostName, world.workingDirectory, world.uid], [hostname(), process.cwd(), process.getuid?.()]);
  assert.equal(world.environment, environment);
});

test('what cannot be read says why', (t) => {
  const folder = temporaryFolder(t);
  const { world } = liveFiles(environment);
  const large = join(folder, 'large');
  writeFileSync(large, new Uint8Array(1_048_577));
  writeFileSync(join(folder, 'fits'), new Uint8Array(1_048_576).fill(120));
  assert.deepEqual(world.readFile(join(folder, 'none')), { error: 'there is no such file' });
  assert.deepEqual(world.readFile(folder), { error: 'it is a directory' });
  assert.deepEqual(world.readFile(large), { error: 'it is longer than 1048576 bytes' });
  assert.deepEqual(world.readFile(join(large, 'below')), { error: 'a part of its path is not a directory' });
  assert.deepEqual(world.readFile('a\0b'), { error: 'a path cannot contain a NUL character' });
  assert.ok('text' in world.readFile(join(folder, 'fits')));
});

test('a device without an end is not read for ever, a file without a size is read', () => {
  const { world } = liveFiles(environment);
  assert.deepEqual(world.readFile('/dev/zero'), { error: 'it is longer than 1048576 bytes' });
  assert.deepEqual(world.readFile('/dev/null'), { text: '' });
  const told = world.readFile('/proc/self/status');
  assert.ok('text' in told && told.text.startsWith('Name:'));
});

test('a named pipe and a terminal are refused, and nobody waits', (t) => {
  const pipe = join(temporaryFolder(t), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const { world } = liveFiles(environment);
  assert.deepEqual(world.readFile(pipe), { error: 'it is a named pipe, not a regular file' });
  assert.deepEqual(world.readFile('/dev/ptmx'), { error: 'it is a device, not a regular file' });
});

test('what is longer than one read comes whole, with its byte order mark', (t) => {
  const file = join(temporaryFolder(t), 'long');
  const text = `\ufeff${'0123456789abcdef'.repeat(9_000)}é`;
  writeFileSync(file, text);
  assert.deepEqual(liveFiles(environment).world.readFile(file), { text });
});

test('links that go round in circles, and names that are too long', (t) => {
  const folder = temporaryFolder(t);
  const circle = join(folder, 'circle');
  symlinkSync(circle, circle);
  const { world } = liveFiles(environment);
  assert.deepEqual(world.readFile(circle), { error: 'its symbolic links go round in circles' });
  assert.equal(world.isDirectory(circle), false);
  assert.deepEqual(world.readFile(join(folder, 'x'.repeat(300))), { error: 'its name is too long' });
  assert.deepEqual(world.readFile('constructor'), { error: 'there is no such file' }, 'not even a name that every object has');
});

test('the same question has the same answer, whatever becomes of the files', (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'a.conf');
  writeFileSync(file, 'first');
  const { world } = liveFiles(environment);
  const ask = (): unknown => [world.readFile(file), world.glob(join(folder, '*')), world.isDirectory(join(folder, 'sub'))];
  const before = ask();
  writeFileSync(file, 'second');
  writeFileSync(join(folder, 'b.conf'), '');
  mkdirSync(join(folder, 'sub'));
  assert.deepEqual(ask(), before);
});

test('a record survives being written down, and answers as the machine did', (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'a.conf');
  writeFileSync(file, '[program:ü]');
  const live = liveFiles(environment);
  const ask = (world: typeof live.world): unknown => [
    world.readFile(file),
    world.readFile(join(folder, 'none')),
    world.glob(join(folder, '*')),
    world.isDirectory(folder),
    world.hostName,
    world.workingDirectory,
    world.uid,
  ];
  const answers = ask(live.world);
  const record = JSON.parse(JSON.stringify(live.record)) as FileRecord;
  writeFileSync(file, 'changed');
  const recorded = recordedFiles(record, environment);
  assert.deepEqual(ask(recorded), answers);
  assert.equal(recorded.environment, environment);
});

test('what was not asked at the start is not there for a successor', () => {
  const { record } = liveFiles(environment);
  const world = recordedFiles(record, environment);
  assert.deepEqual(world.readFile('/etc/passwd'), { error: 'it was not read when tsinit started' });
  assert.deepEqual(world.readFile('constructor'), { error: 'it was not read when tsinit started' }, 'not even names that every object has');
  assert.deepEqual(world.glob('/*'), []);
  assert.equal(world.isDirectory('/'), false);
});

test('patterns of supervisord are recorded apart, and a record of an earlier version answers for them', (t) => {
  const folder = temporaryFolder(t);
  for (const name of ['a', 'b', '{a,b}']) writeFileSync(join(folder, name), '');
  const { world, record } = liveFiles({});
  const pattern = join(folder, '{a,b}');
  const both = (from: typeof world): unknown => [from.glob(pattern), from.glob(pattern, 'fnmatch')];
  const expected = [[join(folder, 'a'), join(folder, 'b')], [pattern]];
  assert.deepEqual(both(world), expected);
  assert.deepEqual(both(recordedFiles(record, {})), expected);
  assert.deepEqual(recordedFiles({ ...record, globs: { [pattern]: ['/x'] } }, {}).glob(pattern, 'fnmatch'), ['/x']);
});
