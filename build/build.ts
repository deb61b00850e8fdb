/**
 * `npm run build`: makes dist/tsinit (and, for `--arch x64,arm64`, dist/tsinit-arm64) and prints the size of each part;
 * with `--sizes` also compressed, as in an image's layer.
 */
import { relative } from 'node:path';
import { machinesOf, root } from './paths.ts';
import { product } from './product.ts';
import { compressedTable } from './sizes.ts';
import { explainFailure } from './tools.ts';

const started = performance.now();
try {
  for (const machine of machinesOf(process.argv.slice(2))) {
    const made = await product(machine);
    console.log(`${relative(root, made.path)}\n${process.argv.includes('--sizes') ? compressedTable(made.placed, made.path) : made.sizes}`);
  }
  console.log(`built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
} catch (error) {
  explainFailure(error);
}
