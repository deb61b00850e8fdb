/**
 * `npm run build`: makes dist/tsinit and prints the size of each part.
 */
import { relative } from 'node:path';
import { machineOf, root } from './paths.ts';
import { product } from './product.ts';
import { explainFailure } from './tools.ts';

const started = performance.now();
try {
  const made = await product(machineOf(process.argv.slice(2)));
  console.log(`${relative(root, made.path)}\n${made.sizes}\nbuilt in ${((performance.now() - started) / 1000).toFixed(1)} s`);
} catch (error) {
  explainFailure(error);
}
