/**
 * Supervise mode, many programs: from exec of PID 1 to the main of the last of 1,000; from TERM until all of them and PID 1 are gone; what one program more
 * costs in memory. supervisord keeps its default of `minfds`: with more it closes so many descriptors before each exec that it takes twice the time.
 */
import { fixture } from '../../test/support/fixtures.ts';
import { memoryOf, openNotes, pause, start } from './container.ts';
import { asSupervisord, asTsinit } from './peers.ts';
import { type Benchmark, duration, kib, median, ratioRow, valueRow } from './row.ts';

const PROGRAMS = 1_000;
/** What is compared with it: the fixed part is in both. */
const FEWER_PROGRAMS = 100;
const ROUNDS = 3;
/** Long enough for either to have put its start behind it. */
const SETTLE_MS = 5_000;
const MOST_BYTES_EACH = 10 * 1024;

type Tool = typeof asTsinit;
type Life = { readonly startNs: number; readonly stopNs: number };

const load = (notes: string, copies: number) => ({ w: { command: `${fixture('marker')} ${notes} wait`, copies } });

const live = async (tool: Tool): Promise<Life> => {
  const notes = openNotes();
  const command = tool(load(notes.path, PROGRAMS));
  const begun = Number(process.hrtime.bigint());
  const bench = await start(command);
  const moments = await notes.next('start', PROGRAMS);
  await pause(SETTLE_MS / 2);
  const told = Number(process.hrtime.bigint());
  process.kill(bench.pid, 'SIGTERM');
  await bench.ended;
  const stopNs = Number(process.hrtime.bigint()) - told;
  notes.close();
  return { startNs: Math.max(...moments) - begun, stopNs };
};

const memoryWith = async (tool: Tool, copies: number): Promise<number> => {
  const notes = openNotes();
  const bench = await start(tool(load(notes.path, copies)));
  await notes.next('start', copies);
  await pause(SETTLE_MS);
  const { uss, memfd } = memoryOf(bench);
  await bench.end();
  notes.close();
  return uss + memfd;
};

const bytesEach = async (tool: Tool): Promise<number> =>
  ((await memoryWith(tool, PROGRAMS)) - (await memoryWith(tool, FEWER_PROGRAMS))) / (PROGRAMS - FEWER_PROGRAMS);

export const thousand: Benchmark = {
  name: 'thousand',
  run: async () => {
    const [ours, peer]: [Life[], Life[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await live(asTsinit));
      peer.push(await live(asSupervisord));
    }
    const middle = (part: keyof Life): readonly [number, number] => [median(ours.map((life) => life[part])), median(peer.map((life) => life[part]))];
    const bar = { kind: 'most', ratio: 0.1, peer: 'supervisord' } as const;
    const each = [await bytesEach(asTsinit), await bytesEach(asSupervisord)] as const;
    return [
      ratioRow('1,000 programs: exec of init to the last program’s main', middle('startNs'), duration, bar),
      ratioRow('1,000 programs: stop signal until all are gone', middle('stopNs'), duration, bar),
      valueRow('memory for each program more: USS and memory files', each, kib, MOST_BYTES_EACH, 'supervisord'),
    ];
  },
};
