/**
 * `npm run build:verify [-- --release [--arch x64]]`: copies the sources to two folders, builds each with a cache of its own, and compares the results
 * byte by byte; with `--release` everything that `npm run release` makes. What depends on a folder's name, on the clock or on chance shows here.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './paths.ts';
import { explainFailure } from './tools.ts';

const inputs = ['src', 'build', 'package.json', 'tsconfig.json', 'LICENSE'];
const words = process.argv.slice(2);
const isRelease = words.includes('--release');

const copyTo = (from: string, to: string): void => {
  for (const name of inputs) cpSync(join(from, name), join(to, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(to, 'node_modules'));
};

const build = (folder: string): void => {
  const script = [join(folder, 'build', isRelease ? 'release.ts' : 'build.ts'), ...words.filter((word) => word !== '--release')];
  const done = spawnSync(process.execPath, script, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  if (done.status !== 0) throw new Error(`the copy in ${folder} cannot be built`);
};

/** What is compared, as paths below a copy. */
const madeIn = (folder: string): readonly string[] =>
  isRelease
    ? readdirSync(join(folder, 'dist/release'))
        .sort()
        .map((name) => join('dist/release', name))
    : ['dist/tsinit'];

const difference = (name: string, first: Uint8Array, second: Uint8Array): string => {
  const at = first.findIndex((byte, index) => byte !== second[index]);
  const shown = [first, second].map((bytes) => JSON.stringify(Buffer.from(bytes.subarray(Math.max(0, at - 32), at + 96)).toString('latin1')));
  return [`the two builds of ${name} differ: ${first.length} and ${second.length} bytes, first at ${at}`, ...shown].join('\n');
};

const here = mkdtempSync(join(tmpdir(), 'tsinit-verify-'));
const there = mkdtempSync(join(tmpdir(), 'tsinit-verify-with-a-longer-name-'));
try {
  copyTo(root, here);
  copyTo(here, there); // not from the root again: somebody may be editing there
  for (const folder of [here, there]) build(folder);
  if (madeIn(here).join() !== madeIn(there).join()) throw new Error(`the two builds made ${madeIn(here).join(', ')} and ${madeIn(there).join(', ')}`);
  for (const name of madeIn(here)) {
    const [first, second] = [readFileSync(join(here, name)), readFileSync(join(there, name))];
    if (!first.equals(second)) throw new Error(difference(name, first, second));
    console.log(`identical: ${first.length} bytes in two folders, ${name}`);
  }
} catch (error) {
  explainFailure(error);
} finally {
  for (const folder of [here, there]) rmSync(folder, { recursive: true, force: true });
}
