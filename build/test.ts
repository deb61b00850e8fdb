/**
 * `npm test`: builds dist/tsinit and runs every test in test/. Arguments are parts of paths: only files that contain one of them are run. A file that fails is
 * run once more, alone; only what fails twice fails, and what failed once is named. The last line is the count.
 */
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { machineOf, root } from './paths.ts';
import { forTests, installPrerequisites } from './prerequisites.ts';
import { product } from './product.ts';

/** What was cancelled, a timeout's victim for example, counts as failed. */
type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

/** Two files at a time: most tests wait for processes, and more would only make them wait for each other. */
const CONCURRENT_FILES = 2;
/** A hang must end, not the day. */
const FILE_LIMIT_MS = 900_000;
/** Of a file that ended without telling. */
const NOTHING: Counts = { passed: 0, failed: 1, skipped: 0 };

/** Outcome by file. */
const outcomes = async (files: readonly string[], concurrency: number): Promise<ReadonlyMap<string, Counts>> => {
  const found = new Map(files.map((file) => [file, NOTHING]));
  const stream = run({ files, cwd: root, concurrency, timeout: FILE_LIMIT_MS, execArgv: ['--disable-warning=ExperimentalWarning'] });
  stream.on('test:summary', ({ file, counts }) => {
    if (file === undefined) return;
    const skipped = counts.skipped + counts.todo;
    found.set(file, { passed: counts.passed, failed: counts.tests - counts.passed - skipped, skipped });
  });
  stream.compose(new spec()).pipe(process.stdout, { end: false });
  await new Promise<void>((resolve) => void stream.on('end', resolve));
  return found;
};

const failing = (found: ReadonlyMap<string, Counts>): readonly string[] => [...found].filter(([, counts]) => counts.failed > 0).map(([file]) => file);

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

const first = await outcomes(files, CONCURRENT_FILES);
const suspects = failing(first);
if (suspects.length > 0) console.log(`\nonce more, alone: ${suspects.map((file) => relative(root, file)).join(', ')}`);
const second = suspects.length === 0 ? new Map<string, Counts>() : await outcomes(suspects, 1);

const total = { passed: 0, failed: 0, skipped: 0 };
for (const counts of new Map([...first, ...second]).values()) {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
process.on('exit', () => {
  for (const [file, { failed }] of second) {
    const lost = first.get(file)?.failed ?? 0;
    console.log(`${relative(root, file)}: ${lost} failed at first, ${failed === 0 ? 'none when run again alone: FLAKY' : `${failed} when run again alone`}`);
  }
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
});
