/**
 * `npm run bench [-- --only NAME]...`: every number as a ratio to a peer from Debian's packages in the same run. A run of
 * everything writes docs/benchmarks.md; a part of it is only printed. Ends with 1 when a bar is not met.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machineOf, root } from '../paths.ts';
import { forBenchmarks, installPrerequisites } from '../prerequisites.ts';
import { product } from '../product.ts';
import { client } from './client.ts';
import { crashRestart } from './crash-restart.ts';
import { directExit } from './direct-exit.ts';
import { directStart } from './direct-start.ts';
import { dockerRun } from './docker-run.ts';
import { events } from './events.ts';
import { imageMemory } from './image-memory.ts';
import { imageSize } from './image-size.ts';
import { imageStart } from './image-start.ts';
import { logFiles } from './log-files.ts';
import { logThroughput } from './log-throughput.ts';
import { logTorn } from './log-torn.ts';
import { memory } from './memory.ts';
import { orphans, stoppedOrphans } from './orphans.ts';
import { obstacle } from './peers.ts';
import { documentOf, lineOf } from './report.ts';
import type { Row } from './row.ts';
import { requests } from './requests.ts';
import { rss } from './rss.ts';
import { stopLatency } from './stop-latency.ts';
import { superviseStart } from './supervise-start.ts';
import { thousand } from './thousand.ts';
import { wakeups } from './wakeups.ts';

const benchmarks = [
  directStart,
  directExit,
  rss,
  superviseStart,
  crashRestart,
  stopLatency,
  memory,
  thousand,
  wakeups,
  orphans,
  stoppedOrphans,
  logThroughput,
  logTorn,
  logFiles,
  client,
  requests,
  events,
  dockerRun,
  imageSize,
  imageStart,
  imageMemory,
];

const names = benchmarks.map(({ name }) => name).join(', ');
const refuse = (reason: string): never => {
  console.error(`cannot run the benchmark: ${reason}`);
  process.exit(2);
};

const words = process.argv.slice(2);
const wanted = words.flatMap((word, index) => (words[index - 1] === '--only' ? word.split(',') : []));
const stray = words.find((word, index) => word !== '--only' && words[index - 1] !== '--only');
if (stray !== undefined) refuse(`'${stray}' is no word of it; write --only and one of ${names}`);
const unknown = wanted.find((name) => !benchmarks.some((benchmark) => benchmark.name === name));
if (unknown !== undefined) refuse(`there is no benchmark '${unknown}'; there are ${names}`);
installPrerequisites(forBenchmarks);
if (process.env['TSINIT_BIN'] === undefined) await product(machineOf([]));
const reason = obstacle();
if (reason !== null) refuse(reason);

const rows: Row[] = [];
for (const benchmark of benchmarks) {
  if (wanted.length > 0 && !wanted.includes(benchmark.name)) continue;
  for (const row of await benchmark.run()) {
    rows.push(row);
    console.log(lineOf(row));
  }
}
if (wanted.length === 0) writeFileSync(join(root, 'docs', 'benchmarks.md'), documentOf(rows));
process.exit(rows.every((row) => row.isMet !== false) ? 0 : 1);
