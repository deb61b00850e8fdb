/** Supervise mode: from a program's crash, after a run of more than a second, to the main of its next run; and how fast shorter runs follow each other. */
import { fixture } from '../../test/support/fixtures.ts';
import { openNotes, start } from './container.ts';
import { asSupervisord, asTsinit, type ProgramSetting } from './peers.ts';
import { type Benchmark, duration, median, valueRow } from './row.ts';

type Tool = (programs: Readonly<Record<string, ProgramSetting>>) => readonly string[];
type Times = { readonly starts: readonly number[]; readonly ends: readonly number[] };

/** A run that is shorter than a second is followed by the next one a second after its start, for both. */
const LOOP_NS = 1.1e9;

const crashes = async (tool: Tool, kind: 'crash' | 'loop', count: number): Promise<Times> => {
  const notes = openNotes();
  const bench = await start(tool({ w: { command: `${fixture('marker')} ${notes.path} ${kind}`, autorestart: true } }));
  const starts = await notes.next('start', count + 1);
  const ends = await notes.next('end', count);
  await bench.end();
  notes.close();
  return { starts, ends };
};

const gaps = async (tool: Tool, count: number): Promise<readonly number[]> => {
  const { starts, ends } = await crashes(tool, 'crash', count);
  return ends.map((end, index) => (starts[index + 1] ?? Number.NaN) - end);
};

const paces = async (tool: Tool, count: number): Promise<readonly number[]> => {
  const { starts } = await crashes(tool, 'loop', count);
  return starts.slice(1).map((next, index) => next - (starts[index] ?? Number.NaN));
};

export const crashRestart: Benchmark = {
  name: 'crash-restart',
  run: async () => {
    const [ours, peer]: [number[], number[]] = [[], []];
    for (let round = 0; round < 3; round++) {
      ours.push(...(await gaps(asTsinit, 10)));
      peer.push(...(await gaps(asSupervisord, 3)));
    }
    const pace: readonly [number, number] = [median(await paces(asTsinit, 5)), median(await paces(asSupervisord, 5))];
    return [
      valueRow('supervise mode: crash to the next start’s main, after a run of more than a second', [median(ours), median(peer)], duration, 3e6, 'supervisord'),
      valueRow('supervise mode: start to start of a program that crashes at once', pace, duration, LOOP_NS, 'supervisord'),
    ];
  },
};
