/**
 * `npm test`: builds dist/tsinit and runs every test in test/. Arguments are parts of paths: only files that
 * contain one of them are run. The last line is the count.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { machineOf, root } from './paths.ts';
import { forTests, installPrerequisites } from './prerequisites.ts';
import { product } from './product.ts';

/** Two files at a time: most tests wait for processes, and more would only make them wait for each other. */
const CONCURRENT_FILES = 2;
/** A hang must end, not the day. */
const FILE_LIMIT_MS = 300_000;

const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .filter((name) => wanted.length === 0 || wanted.some((word) => join('test', name).includes(word)))
  .sort()
  .map((name) => join(root, 'test', name));
if (files.length === 0) {
  console.error(`no test file matches ${wanted.join(' ')}`);
  process.exit(1);
}

installPrerequisites(forTests);
console.log((await product(machineOf(process.argv))).sizes);

let counts = { tests: 0, passed: 0, skipped: 0, todo: 0 };
const stream = run({ files, cwd: root, concurrency: CONCURRENT_FILES, timeout: FILE_LIMIT_MS, execArgv: ['--disable-warning=ExperimentalWarning'] });
stream.on('test:summary', (summary) => {
  if (summary.file === undefined) counts = summary.counts;
});
stream.compose(new spec()).pipe(process.stdout, { end: false });
await new Promise<void>((resolve) => void stream.on('end', resolve));

/** What was cancelled, a timeout's victim for example, has failed too. */
const failed = counts.tests - counts.passed - counts.skipped - counts.todo;
process.exitCode = failed === 0 && counts.passed > 0 ? 0 : 1;
process.on('exit', () => console.log(`${counts.passed} passed, ${failed} failed, ${counts.skipped + counts.todo} skipped`));
