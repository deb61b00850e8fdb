/** Patterns as Python's glob.glob reads them; what is expected here is what it answered for the same folder. */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fnmatchFiles } from '../../../src/kernel/files/fnmatch-files.ts';
import { temporaryFolder } from '../../support/container.ts';

const FILES = ['10.conf', '11.conf', '{10,11}.conf', '.hid.conf', 's/a.conf', 's/t/b.conf', '.h/c.conf', '[x.conf', 'a]b.conf', '!x', '-', 'a\\*b', '^', 'B'];

const EXPECTED: readonly (readonly [pattern: string, ...paths: readonly string[]])[] = [
  ['{10,11}.conf', '{10,11}.conf'],
  ['**', '!x', '-', '10.conf', '11.conf', 'B', '[x.conf', '^', 'a\\*b', 'a]b.conf', 'dead.conf', 's', '{10,11}.conf'],
  ['**/*.conf', 's/a.conf'],
  ['*.conf', '10.conf', '11.conf', '[x.conf', 'a]b.conf', 'dead.conf', '{10,11}.conf'],
  ['.*', '.h', '.hid.conf'],
  ['[!a]', '-', 'B', '^', 's'],
  ['[^B]', 'B', '^'],
  ['[^]', '^'],
  ['[]-]*', '-'],
  ['a[]]b*', 'a]b.conf'],
  ['[[]x.conf', '[x.conf'],
  ['[x.conf', '[x.conf'],
  ['a\\*b', 'a\\*b'],
  ['[z-a]'],
  ['[a-]', '-'],
  ['[!]'],
  ['*/', 's/'],
  ['s//a.conf', 's//a.conf'],
  ['s/*/', 's/t/'],
  ['1[0-1].conf', '10.conf', '11.conf'],
  ['1?.conf', '10.conf', '11.conf'],
  ['s/../1*.conf', 's/../10.conf', 's/../11.conf'],
  ['.h/*', '.h/c.conf'],
  ['dead.conf', 'dead.conf'],
  ['10.conf/'],
  ['./1*', './10.conf', './11.conf'],
  ['+(1)0.conf'],
  ['nothere/*'],
  ['nothere'],
];

test("patterns mean what they mean to Python's glob", (t) => {
  const folder = temporaryFolder(t);
  for (const path of ['s/t', '.h']) mkdirSync(join(folder, path), { recursive: true });
  for (const path of FILES) writeFileSync(join(folder, path), '');
  symlinkSync('nowhere', join(folder, 'dead.conf'));
  for (const [pattern, ...paths] of EXPECTED) {
    assert.deepEqual(fnmatchFiles(folder, pattern).sort(), paths, pattern);
    const whole = paths.map((path) => `${folder}/${path}`);
    assert.deepEqual(fnmatchFiles('/', `${folder}/${pattern}`).sort(), whole, `${pattern} from the root`);
  }
});
