/** Every option of every section stands in at least one test that runs the built file, or in an example that such a test runs. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { root } from '../build/paths.ts';
import { optionNames, SECTION_KINDS } from '../src/config/options/section-kinds.ts';

/** What has to be shown otherwise: /dev/log is the machine's own, the shell's history is its terminal's, the handler is a name that is accepted. */
const SHOWN_ELSEWHERE = new Set(['stdout_syslog', 'stderr_syslog', 'history_file', 'result_handler']);
const TESTS = ['test/{e2e,cli/ctl,differential,container}/**/*.ts', 'docs/examples/*/*.conf'];

test('every option is shown on the built file', () => {
  const text = globSync(TESTS, { cwd: root })
    .map((path) => readFileSync(`${root}/${path}`, 'utf8'))
    .join('\n');
  // `\n` in a string of a test stands right in front of the name.
  const isShown = (name: string): boolean => new RegExp(`(?:^|[^a-z_]|\\\\n)${name} ?[=:]`, 'm').test(text);
  const names = new Set(SECTION_KINDS.flatMap((kind) => [...(optionNames(kind) ?? [])]));
  assert.deepEqual(
    [...names].filter((name) => !SHOWN_ELSEWHERE.has(name) && !isShown(name)),
    [],
  );
});
