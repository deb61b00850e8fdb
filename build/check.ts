/**
 * `npm run check`: everything that can be found without running the product, then the tests of the pure parts.
 * `check.ts lint` runs the linters alone, `check.ts format-write` lets the formatter change files.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './paths.ts';

type Step = { readonly name: string; readonly run: () => boolean };

const sources = ['src', 'build', 'test'];

const tool = (command: string, ...args: string[]): boolean =>
  spawnSync(join(root, 'node_modules/.bin', command), args, { cwd: root, stdio: 'inherit' }).status === 0;

const node = (...args: string[]): boolean => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0;

/** Paths are given: oxlint without paths also reads what .gitignore names, and its overrides need them. */
const lint: Step = { name: 'oxlint', run: () => tool('oxlint', '-c', 'build/oxlint.json', '--type-aware', '--quiet', ...sources) };

const format = (...args: string[]): boolean => tool('biome', 'format', '--config-path=build/format.json', ...args, ...sources);

/** Each generator writes its page; a page that changed by that was out of date. */
const generatedDocs = (): boolean => {
  const generators = readdirSync(join(root, 'build')).filter((name) => /^generate-.*\.ts$/u.test(name));
  const before = docs();
  if (!generators.every((name) => node(join('build', name)))) return false;
  const stale = [...docs()].filter(([name, text]) => before.get(name) !== text).map(([name]) => name);
  for (const name of stale) console.error(`docs/${name} was out of date and has been written anew: commit it`);
  return stale.length === 0;
};

const docs = (): Map<string, string> => {
  const folder = join(root, 'docs');
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
};

/** Tests that need no build of the product: all folders that try the sources. */
const unitFolders = ['base', 'config', 'process', 'world', 'simulate', 'engine', 'kernel', 'logs', 'main', 'control'];

/** The floors: every branch of the pure folders, nine lines of ten of the whole. */
const pureFolders = ['base', 'config', 'process', 'world', 'simulate'];
const pureSources = pureFolders.map((name) => `--include=src/${name}/**/*.ts`);
const allSources = ['--include=src/**/*.ts'];
const noFloor = ['--statements=0', '--functions=0'];

const unitTests = (): boolean => {
  // A folder that has moved would be passed over in silence.
  for (const path of [...unitFolders.map((name) => `test/${name}`), ...pureFolders.map((name) => `src/${name}`)])
    if (!existsSync(join(root, path))) throw new Error(`there is no ${path}: build/check.ts names it`);
  const folder = mkdtempSync(join(tmpdir(), 'tsinit-coverage-'));
  const measured = ['--temp-directory', folder];
  const patterns = unitFolders.map((name) => `test/${name}/**/*.test.ts`);
  const words = [process.execPath, '--test', '--test-reporter=dot', 'test/layering.test.ts', 'test/cli/check.test.ts', ...patterns];
  const isGood =
    tool('c8', ...measured, ...allSources, '--reporter=text-summary', ...words) &&
    tool('c8', 'check-coverage', ...measured, ...allSources, ...noFloor, '--branches=0', '--lines=90') &&
    tool('c8', 'check-coverage', ...measured, ...pureSources, ...noFloor, '--branches=100', '--lines=100');
  if (!isGood) console.error('coverage by file: node_modules/.bin/c8 report --reporter=text --temp-directory', folder);
  else rmSync(folder, { recursive: true });
  return isGood;
};

const everything: readonly Step[] = [
  { name: 'format', run: () => format() },
  { name: 'types', run: () => tool('tsc', '-p', 'tsconfig.json') },
  { name: 'types of the pure folders, without any ambient type', run: () => tool('tsc', '-p', 'build/tsconfig.pure.json') },
  lint,
  { name: 'unused files, exports and packages', run: () => tool('knip', '--config', 'build/knip.json') },
  { name: 'generated docs', run: generatedDocs },
  { name: 'layers, unit tests and their coverage', run: unitTests },
];

const chosen = process.argv[2] === 'lint' ? [lint] : everything;
if (process.argv[2] === 'format-write') process.exit(format('--write') ? 0 : 1);
const failed: string[] = [];
for (const step of chosen) {
  console.log(`check: ${step.name}`);
  if (!step.run()) failed.push(step.name);
}
console.log(failed.length === 0 ? 'check: all is well' : `check: failed: ${failed.join('; ')}`);
process.exit(failed.length === 0 ? 0 : 1);
