/**
 * Log path: big writes of 128-byte lines, and one write for each 32-byte line. Ours prefixes every line and keeps it
 * whole; supervisord passes bytes on as they come (its only way to a container's output).
 */
import { fixture } from '../../test/support/fixtures.ts';
import { type LogLoad, type LogRun, runLogs } from './log-run.ts';
import { asSupervisord, asTsinit } from './peers.ts';
import { type Benchmark, median, type Row, ratioRow } from './row.ts';

/** Prefixes are as wide as the supervisor's own name, or the longest program's. */
const prefixBytes = 'tsinit | '.length;

const load = (pattern: string, lines: number, width: number): LogLoad => ({
  programs: { w: { command: `${fixture('writer')} w ${pattern}` } },
  lines,
  width,
  check: 'fixed',
});

const loads = {
  '64 KiB writes of 128-byte lines': load('blocks 6000000 128 65536', 6_000_000, 128),
  'one write per 32-byte line': load('lines 4000000 32', 4_000_000, 32),
} as const;

/** As the first of them, each line an object with the time and the program's name. */
const asJson: LogLoad = { ...loads['64 KiB writes of 128-byte lines'], check: 'free' };
const jsonOptions = ['log_format=json'];

const middle = (runs: readonly LogRun[]): LogRun => ({
  megabytesPerSecond: median(runs.map((run) => run.megabytesPerSecond)),
  cpuSecondsPerGigabyte: median(runs.map((run) => run.cpuSecondsPerGigabyte)),
  torn: Math.max(...runs.map((run) => run.torn)),
});

const inJson = async (): Promise<LogRun> => {
  const programs = Object.fromEntries(Object.entries(asJson.programs).map(([name, program]) => [name, { ...program, options: jsonOptions }]));
  const runs: LogRun[] = [];
  for (let round = 0; round < 3; round++) runs.push(await runLogs(asTsinit, { ...asJson, programs }, 0));
  return middle(runs);
};

const compare = async (name: keyof typeof loads): Promise<{ readonly ours: LogRun; readonly peer: LogRun }> => {
  const [ours, peer]: [LogRun[], LogRun[]] = [[], []];
  for (let round = 0; round < 5; round++) {
    ours.push(await runLogs(asTsinit, loads[name], prefixBytes));
    peer.push(await runLogs(asSupervisord, loads[name], 0));
  }
  return { ours: middle(ours), peer: middle(peer) };
};

const speed = (value: number): string => `${value.toPrecision(3)} MB/s`;
const cost = (value: number): string => `${value.toPrecision(3)} s/GB`;

export const logThroughput: Benchmark = {
  name: 'log-throughput',
  run: async () => {
    const rows: Row[] = [];
    const big = await compare('64 KiB writes of 128-byte lines');
    const small = await compare('one write per 32-byte line');
    rows.push(
      ratioRow('log, 64 KiB writes of 128-byte lines, prefixed: speed', [big.ours.megabytesPerSecond, big.peer.megabytesPerSecond], speed, {
        kind: 'least',
        ratio: 0.5,
        peer: 'supervisord unprefixed',
      }),
      ratioRow('log, one write per 32-byte line, prefixed: speed', [small.ours.megabytesPerSecond, small.peer.megabytesPerSecond], speed, {
        kind: 'least',
        ratio: 0.6,
        peer: 'supervisord unprefixed',
      }),
      ratioRow('the same: CPU time for a gigabyte', [small.ours.cpuSecondsPerGigabyte, small.peer.cpuSecondsPerGigabyte], cost, {
        kind: 'most',
        ratio: 1.5,
        peer: 'supervisord unprefixed',
      }),
    );
    const json = await inJson();
    rows.push(
      ratioRow(
        'log, 64 KiB writes of 128-byte lines, log_format=json: CPU time for a gigabyte',
        [json.cpuSecondsPerGigabyte, big.ours.cpuSecondsPerGigabyte],
        cost,
        {
          kind: 'most',
          ratio: 2,
          peer: 'tsinit prefixed',
        },
      ),
    );
    const torn = big.ours.torn + small.ours.torn + json.torn;
    rows.push({ what: 'lines torn in these runs', ours: String(torn), peer: '', ratio: null, bar: '0', isMet: torn === 0 });
    return rows;
  },
};
