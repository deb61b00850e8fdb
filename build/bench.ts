/**
 * `npm run bench`: installs the peers, builds, and hands over to build/bench/main.ts.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { machineOf, root } from './paths.ts';
import { forBenchmarks, installPrerequisites } from './prerequisites.ts';
import { product } from './product.ts';

installPrerequisites(forBenchmarks);
await product(machineOf(process.argv));
process.exitCode = spawnSync(process.execPath, [join(root, 'build/bench/main.ts'), ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' }).status ?? 1;
