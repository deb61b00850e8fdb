/** Files that match patterns: what is there, where another could come, and what becomes of them. */
import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { monotonicClock } from '../../../src/kernel/clock.ts';
import { scanFiles } from '../../../src/kernel/files/file-scan.ts';
import { type FileChanges, watchFiles } from '../../../src/kernel/files/file-watch.ts';
import { temporaryFolder } from '../../support/container.ts';

const limit = { timeout: 60_000 };

const write = (folder: string, ...names: readonly string[]): void => {
  for (const name of names) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), name);
  }
};

test('patterns, one part after the other', (t) => {
  const folder = temporaryFolder(t);
  write(folder, 'a.js', 'b.ts', '.c.js', 'src/a.js', 'src/deep/er/b.js', 'src/.git/c.js', 'src/node_modules/d.js', 'src/a+b.js');
  symlinkSync('/nowhere', join(folder, 'broken.js'));
  const names = (...patterns: readonly string[]): readonly string[] =>
    [...scanFiles(patterns.map((pattern) => join(folder, pattern))).files.keys()].map((path) => path.slice(folder.length + 1)).toSorted();
  assert.deepEqual(names('*.js'), ['a.js']);
  assert.deepEqual(names('?.*', '.*.js'), ['.c.js', 'a.js', 'b.ts']);
  assert.deepEqual(names('*/a.js'), ['src/a.js']);
  assert.deepEqual(names('src/**/*.js'), ['src/a+b.js', 'src/a.js', 'src/deep/er/b.js']);
  assert.deepEqual(names('src/a+?.js', 'none', 'none/*', './b.ts'), ['b.ts', 'src/a+b.js']);
  assert.deepEqual(names('src/deep/**'), ['src/deep/er/b.js']);
});

test('directories to be watched: those in which a match could come', (t) => {
  const folder = temporaryFolder(t);
  write(folder, 'src/deep/a.js');
  const directories = (pattern: string): readonly string[] =>
    [...scanFiles([join(folder, pattern)]).directories].map((path) => path.slice(folder.length)).toSorted();
  assert.deepEqual(directories('later/*.js'), ['']);
  assert.deepEqual(directories('src/a.js'), ['/src']);
  assert.deepEqual(directories('src/**/*.js'), ['/src', '/src/deep']);
  assert.deepEqual([...scanFiles(['/no/such/place/x']).directories], ['/']);
});

test('a directory that is made, filled, made anew, and gone', limit, async (t) => {
  const folder = temporaryFolder(t);
  const waiting: ((changes: FileChanges) => void)[] = [];
  const come: FileChanges[] = [];
  const next = (): Promise<FileChanges> => {
    const first = come.shift();
    return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first);
  };
  const watch = watchFiles(
    [join(folder, 'in', '*.job')],
    monotonicClock,
    (changes) => {
      const first = waiting.shift();
      if (first === undefined) come.push(changes);
      else first(changes);
    },
    (problem) => assert.fail(problem),
  );
  // Watchers keep no process alive, and a test is one.
  const alive = setInterval(() => {}, 1000);
  t.after(() => clearInterval(alive));
  t.after(watch.end);
  const path = (name: string): string => join(folder, 'in', name);
  assert.equal(watch.present().size, 0);
  write(folder, 'in/1.job', 'in/no');
  assert.deepEqual(await next(), { appeared: [path('1.job')], changed: [], gone: [] });
  writeFileSync(path('1.job'), 'longer than before');
  assert.deepEqual(await next(), { appeared: [], changed: [path('1.job')], gone: [] });
  renameSync(path('1.job'), path('2.job'));
  assert.deepEqual(await next(), { appeared: [path('2.job')], changed: [], gone: [path('1.job')] });
  rmSync(join(folder, 'in'), { recursive: true });
  assert.deepEqual(await next(), { appeared: [], changed: [], gone: [path('2.job')] });
  write(folder, 'in/3.job');
  assert.deepEqual(await next(), { appeared: [path('3.job')], changed: [], gone: [] });
  assert.deepEqual([...watch.present().keys()], [path('3.job')]);
});

test('what cannot be watched is told once', limit, async (t) => {
  const folder = temporaryFolder(t);
  for (let index = 0; index < 1_001; index++) mkdirSync(join(folder, String(index)));
  const { promise, resolve } = Promise.withResolvers<string>();
  const watch = watchFiles([join(folder, '*', 'x')], { nowMs: () => 0, at: (_at, callback) => (setImmediate(callback), () => {}) }, () => {}, resolve);
  t.after(watch.end);
  const alive = setInterval(() => {}, 1000);
  t.after(() => clearInterval(alive));
  assert.match(await promise, /too many files or directories match|no more directories can be watched/);
});
