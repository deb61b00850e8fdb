/** One run of the log path: writers in a container, a fast C reader at its standard output. */
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { fixture } from '../../test/support/fixtures.ts';
import { cpuOf, makePipe, start } from './container.ts';
import type { asTsinit, ProgramSetting } from './peers.ts';

export type LogRun = {
  /** Million bytes a second of what the programs wrote, prefixes not counted. */
  readonly megabytesPerSecond: number;
  /** CPU seconds of the tool for a billion bytes of that. */
  readonly cpuSecondsPerGigabyte: number;
  readonly torn: number;
};

export type LogLoad = {
  readonly programs: Readonly<Record<string, ProgramSetting>>;
  readonly lines: number;
  /** Width of a line as written. */
  readonly width: number;
  readonly check: 'fixed' | 'free';
};

/** `prefixBytes`: what the tool puts before each line. */
export const runLogs = async (tool: typeof asTsinit, load: LogLoad, prefixBytes: number): Promise<LogRun> => {
  const pipe = makePipe();
  const width = load.check === 'fixed' ? load.width + prefixBytes : load.width;
  const sink = spawn(fixture('line_sink'), [load.check, String(load.lines), String(width)], { stdio: [pipe.read, 'pipe', 'inherit'] });
  const bench = await start(tool(load.programs), pipe.write);
  closeSync(pipe.read);
  closeSync(pipe.write);
  const told = await new Promise<string>((resolve) => sink.stdout?.once('data', (data: Buffer) => resolve(data.toString())));
  const cpu = cpuOf(bench);
  await bench.end();
  const [, nanoseconds = Number.NaN, torn = Number.NaN] = told.split(' ').map(Number);
  const written = load.lines * load.width;
  return { megabytesPerSecond: (written / nanoseconds) * 1000, cpuSecondsPerGigabyte: cpu / written, torn };
};
