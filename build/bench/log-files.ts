/**
 * Programs whose output goes to log files that are rotated, in three patterns, beside supervisord. The time is that from the first byte in the file to the
 * last, the CPU time that of the tool meanwhile; afterwards all files of a program, oldest first, must hold exactly the bytes that it wrote.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, createReadStream, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fixture } from '../../test/support/fixtures.ts';
import { cpuOf, pause, start } from './container.ts';
import { asSupervisord, asTsinit, folder, type ProgramSetting } from './peers.ts';
import { type Benchmark, median, type Row, ratioRow } from './row.ts';

type Pattern = { readonly what: string; readonly programs: number; readonly lines: number; readonly width: number; readonly manner: string };
type FilesRun = { readonly megabytesPerSecond: number; readonly cpuSecondsPerGigabyte: number; readonly isIdentical: boolean };

const PATTERNS: readonly Pattern[] = [
  { what: '64 KiB writes of 128-byte lines', programs: 1, lines: 3_000_000, width: 128, manner: 'swift 3000000 128 65536' },
  { what: 'one write per 32-byte line', programs: 1, lines: 3_000_000, width: 32, manner: 'lines 3000000 32' },
  { what: '8 programs, 4 KiB writes that cut 100-byte lines', programs: 8, lines: 400_000, width: 100, manner: 'swift 400000 100 4096' },
];
/** Often enough to count, and nothing is rotated away. */
const ROTATION = { maxBytes: 8 * 1024 * 1024, backups: 60 } as const;
const ROUNDS = 5;
/** Short beside a run, long enough not to disturb it. */
const LOOK_MS = 3;

/** Memory where there is some: disks differ from run to run. */
const places = (): string => {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return folder;
  }
};

const filesIn = (where: string, name: string): readonly string[] =>
  readdirSync(where)
    .filter((file) => file === name || file.startsWith(`${name}.`))
    .sort((one, other) => Number(other.slice(name.length + 1) || 0) - Number(one.slice(name.length + 1) || 0))
    .map((file) => join(where, file));

const bytesIn = (where: string): number =>
  readdirSync(where).reduce((sum, file) => sum + (statSync(join(where, file), { throwIfNoEntry: false })?.size ?? 0), 0);

const hashOf = async (parts: readonly Readable[]): Promise<string> => {
  const hash = createHash('sha256');
  for (const part of parts) for await (const chunk of part) hash.update(chunk as Buffer);
  return hash.digest('hex');
};

const expectedHash = (name: string, { manner }: Pattern): Promise<string> =>
  hashOf([spawn(fixture('writer'), [name, ...manner.split(' ')], { stdio: ['ignore', 'pipe', 'inherit'] }).stdout]);

const runFiles = async (tool: typeof asTsinit, pattern: Pattern): Promise<FilesRun> => {
  const where = mkdtempSync(join(places(), 'tsinit-bench-logs-'));
  const names = Array.from({ length: pattern.programs }, (_, index) => `p${index}`);
  const setting = (name: string): ProgramSetting => ({
    command: `${fixture('writer')} ${name} ${pattern.manner}`,
    logFile: join(where, name),
    rotation: ROTATION,
  });
  const wanted = pattern.programs * pattern.lines * pattern.width;
  const bench = await start(tool(Object.fromEntries(names.map((name) => [name, setting(name)]))));
  try {
    while (bytesIn(where) === 0) await pause(LOOK_MS);
    const begun = process.hrtime.bigint();
    const cpuBefore = cpuOf(bench);
    while (bytesIn(where) < wanted) await pause(LOOK_MS);
    const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
    const cpu = cpuOf(bench) - cpuBefore;
    const hashes = await Promise.all(names.map((name) => hashOf(filesIn(where, name).map((file) => createReadStream(file)))));
    const expected = await Promise.all(names.map((name) => expectedHash(name, pattern)));
    const isIdentical = hashes.every((hash, index) => hash === expected[index]);
    return { megabytesPerSecond: wanted / 1e6 / seconds, cpuSecondsPerGigabyte: cpu / wanted, isIdentical };
  } finally {
    await bench.end();
    rmSync(where, { recursive: true, force: true });
  }
};

const rowsOf = async (pattern: Pattern): Promise<readonly Row[]> => {
  const [ours, peer]: [FilesRun[], FilesRun[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await runFiles(asTsinit, pattern));
    peer.push(await runFiles(asSupervisord, pattern));
  }
  const middle = (part: 'megabytesPerSecond' | 'cpuSecondsPerGigabyte'): readonly [number, number] => [
    median(ours.map((run) => run[part])),
    median(peer.map((run) => run[part])),
  ];
  const wrong = ours.filter((run) => !run.isIdentical).length;
  const what = `rotated files, ${pattern.what}`;
  return [
    ratioRow(`${what}: speed`, middle('megabytesPerSecond'), (value) => `${value.toPrecision(3)} MB/s`, { kind: 'least', ratio: 1, peer: 'supervisord' }),
    ratioRow('the same: CPU time for a gigabyte', middle('cpuSecondsPerGigabyte'), (value) => `${value.toPrecision(3)} s/GB`, {
      kind: 'most',
      ratio: 1,
      peer: 'supervisord',
    }),
    { what: 'the same: runs whose bytes differ from what was written', ours: String(wrong), peer: '', ratio: null, bar: '0', isMet: wrong === 0 },
  ];
};

export const logFiles: Benchmark = {
  name: 'log-files',
  run: async () => {
    const rows: Row[] = [];
    for (const pattern of PATTERNS) rows.push(...(await rowsOf(pattern)));
    return rows;
  },
};
