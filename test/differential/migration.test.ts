/**
 * docs/migration.md lists every difference that the scenarios know. `UPDATE_DOCS=1` writes the list anew.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectRoot } from '../support/fixtures.ts';
import { DIFFERENCES } from './differences.ts';
import { withDifferences } from './migration.ts';
import { THEMES } from './themes.ts';

const PAGE = join(projectRoot, 'docs', 'migration.md');

/** What shows in no scenario: it is about time, about what a test here cannot do to supervisord, or shown by rpc.test.ts and the tests of control. */
const NOT_SHOWN: ReadonlySet<string> = new Set([
  'foreground',
  'no-python',
  'lost-events',
  'timing',
  'server-in-the-way',
  'http-limits',
  'not-a-socket',
  'rpc-always-answers',
  'rpc-more',
  'page-actions',
]);

test('the migration page lists every difference', () => {
  const page = readFileSync(PAGE, 'utf8');
  const wanted = withDifferences(page);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, wanted);
  else assert.equal(page, wanted, 'docs/migration.md is out of date: run this test with UPDATE_DOCS=1');
});

test('every listed difference is shown by a scenario', () => {
  const shown = new Set(THEMES.flatMap(({ scenarios }) => scenarios.flatMap(({ differs }) => (differs ?? []).map(({ id }): string => id))));
  const unproven = Object.keys(DIFFERENCES).filter((id) => !shown.has(id) && !NOT_SHOWN.has(id));
  assert.deepEqual(unproven, []);
});
