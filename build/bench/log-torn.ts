/** Log path: eight programs whose 4 KiB writes cut lines. How many lines come out torn? */
import { fixture } from '../../test/support/fixtures.ts';
import { type LogLoad, runLogs } from './log-run.ts';
import { asSupervisord, asTsinit } from './peers.ts';
import { type Benchmark, valueRow } from './row.ts';

const [perProgram, width] = [50_000, 100];
const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

const load: LogLoad = {
  programs: Object.fromEntries(names.map((name) => [name, { command: `${fixture('writer')} ${name} blocks ${perProgram} ${width} 4096` }])),
  lines: perProgram * names.length,
  width,
  check: 'free',
};

export const logTorn: Benchmark = {
  name: 'log-torn',
  run: async () => {
    const [ours, peer] = [await runLogs(asTsinit, load, 0), await runLogs(asSupervisord, load, 0)];
    return [valueRow(`log, 8 programs, ${load.lines} lines cut by 4 KiB writes: torn lines`, [ours.torn, peer.torn], String, 0, 'supervisord')];
  },
};
