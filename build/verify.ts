/**
 * `npm run build:verify`: copies the sources to two folders, builds each with a cache of its own, and compares the results
 * byte by byte. What depends on a folder's name, on the clock or on chance shows here.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './paths.ts';
import { explainFailure } from './tools.ts';

const inputs = ['src', 'build', 'package.json', 'tsconfig.json'];

const copyTo = (from: string, to: string): void => {
  for (const name of inputs) cpSync(join(from, name), join(to, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(to, 'node_modules'));
};

const built = (folder: string): Uint8Array => {
  const done = spawnSync(process.execPath, [join(folder, 'build/build.ts')], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  if (done.status !== 0) throw new Error(`the copy in ${folder} cannot be built`);
  return readFileSync(join(folder, 'dist/tsinit'));
};

const difference = (first: Uint8Array, second: Uint8Array): string => {
  const at = first.findIndex((byte, index) => byte !== second[index]);
  const shown = [first, second].map((bytes) => JSON.stringify(Buffer.from(bytes.subarray(Math.max(0, at - 32), at + 96)).toString('latin1')));
  return [`the two builds differ: ${first.length} and ${second.length} bytes, first at ${at}`, ...shown].join('\n');
};

const here = mkdtempSync(join(tmpdir(), 'tsinit-verify-'));
const there = mkdtempSync(join(tmpdir(), 'tsinit-verify-with-a-longer-name-'));
try {
  copyTo(root, here);
  copyTo(here, there); // not from the root again: somebody may be editing there
  const [first, second] = [built(here), built(there)];
  if (!Buffer.from(first).equals(second)) throw new Error(difference(first, second));
  console.log(`identical: ${first.length} bytes in two folders`);
} catch (error) {
  explainFailure(error);
} finally {
  for (const folder of [here, there]) rmSync(folder, { recursive: true, force: true });
}
