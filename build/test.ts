/**
 * `npm test`: builds dist/tsinit and runs every test in test/. Arguments are parts of paths: only files that contain one of them are run. A file that fails is
 * run once more, alone; only what fails twice fails, and what failed once is named. At the end one test more: nothing is left on the machine, and
 * nothing is changed. The last line is the count.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { commandOf, leftBehind, lookAtMachine } from './left-behind.ts';
import { machineOf, root } from './paths.ts';
import { forTests, installPrerequisites } from './prerequisites.ts';
import { product } from './product.ts';
import { makeRunFolder, removeInterrupted, removeRunFolder } from './run-folder.ts';
import { explainFailure } from './tools.ts';

/** What was cancelled, a timeout's victim for example, counts as failed. */
type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

/** Two files at a time: most tests wait for processes, and more would only make them wait for each other. */
const CONCURRENT_FILES = 2;
/** Of a test that names no limit of its own; what it waited for is told by the helpers in test/support, which wait a little less. */
const TEST_LIMIT_MS = 60_000;
/** Of a file with all of its tests: those that compile under sanitizers, or start a virtual cluster, name limits of minutes. */
const FILE_LIMIT_MS = 600_000;
/** Behind that limit: node asks the file's process to end, and waits. One that is stuck in a call does not hear it. */
const KILL_AFTER_MS = FILE_LIMIT_MS + 20_000;
const LOOK_EVERY_MS = 10_000;
/** Until what was told to end has ended. */
const SETTLE_MS = 5_000;
const SETTLE_STEP_MS = 100;
/** For each test file. */
const NODE_OPTIONS: readonly string[] = [
  '--disable-warning=ExperimentalWarning',
  `--test-timeout=${TEST_LIMIT_MS}`,
  `--import=${pathToFileURL(join(root, 'test/support/limits.ts')).href}`,
];
/** Of a file that ended without telling. */
const NOTHING: Counts = { passed: 0, failed: 1, skipped: 0 };

/** Test files that run now, by process; a file is the last argument of its process. */
const runningFiles = (): ReadonlyMap<number, string> => {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'latin1').split(' ');
  const commands = children.filter(Boolean).map((pid) => [Number(pid), commandOf(Number(pid))] as const);
  return new Map(commands.filter(([, command]) => command.endsWith('.test.ts')));
};

/** Ends what does not hear that its time is over, and names it. */
const endStuckFiles = (): NodeJS.Timeout => {
  let since: ReadonlyMap<number, number> = new Map();
  return setInterval(() => {
    const running = runningFiles();
    since = new Map([...running.keys()].map((pid) => [pid, since.get(pid) ?? performance.now()]));
    for (const [pid, began] of since) {
      if (performance.now() - began < KILL_AFTER_MS) continue;
      console.error(`stuck, and ended by force: ${running.get(pid)?.split(' ').at(-1)}`);
      process.kill(pid, 'SIGKILL');
    }
  }, LOOK_EVERY_MS).unref();
};

/** Outcome by file. */
const outcomes = async (files: readonly string[], concurrency: number): Promise<ReadonlyMap<string, Counts>> => {
  const found = new Map(files.map((file) => [file, NOTHING]));
  const stream = run({ files, cwd: root, concurrency, timeout: FILE_LIMIT_MS, execArgv: [...NODE_OPTIONS] });
  stream.on('test:summary', ({ file, counts }) => {
    if (file === undefined) return;
    const skipped = counts.skipped + counts.todo;
    found.set(file, { passed: counts.passed, failed: counts.tests - counts.passed - skipped, skipped });
  });
  stream.compose(new spec()).pipe(process.stdout, { end: false });
  const looking = endStuckFiles();
  await new Promise<void>((resolve) => void stream.on('end', resolve));
  clearInterval(looking);
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
try {
  console.log((await product(machineOf(process.argv))).sizes);
} catch (error) {
  explainFailure(error);
  process.exit();
}
removeInterrupted();
const before = lookAtMachine();
const ourRun = makeRunFolder();
process.on('exit', () => removeRunFolder(ourRun));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, () => process.exit(1));

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

/** What remains is named and counted as a test that failed. */
const checkMachine = async (): Promise<boolean> => {
  let left = leftBehind(before, ourRun);
  for (let waited = 0; left.length > 0 && waited < SETTLE_MS; waited += SETTLE_STEP_MS) {
    await delay(SETTLE_STEP_MS);
    left = leftBehind(before, ourRun);
  }
  console.log(
    left.length === 0 ? '\n✔ nothing is left on the machine, nothing is changed' : `\n✖ the tests leave the machine as it was\n  ${left.join('\n  ')}`,
  );
  return left.length === 0;
};
total[(await checkMachine()) ? 'passed' : 'failed'] += 1;
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
process.on('exit', () => {
  for (const [file, { failed }] of second) {
    const lost = first.get(file)?.failed ?? 0;
    console.log(`${relative(root, file)}: ${lost} failed at first, ${failed === 0 ? 'none when run again alone: FLAKY' : `${failed} when run again alone`}`);
  }
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
});
