/** Supervise mode: from a program's crash to the main of its next run. */
import { fixture } from '../../test/support/fixtures.ts';
import { openNotes, start } from './container.ts';
import { asSupervisord, asTsinit, type ProgramSetting } from './peers.ts';
import { type Benchmark, duration, median, valueRow } from './row.ts';

type Tool = (programs: Readonly<Record<string, ProgramSetting>>) => readonly string[];

const gaps = async (tool: Tool, crashes: number): Promise<readonly number[]> => {
  const notes = openNotes();
  const bench = await start(tool({ w: { command: `${fixture('marker')} ${notes.path} crash`, autorestart: true } }));
  const starts = await notes.next('start', crashes + 1);
  const ends = await notes.next('end', crashes);
  await bench.end();
  notes.close();
  return ends.map((end, index) => (starts[index + 1] ?? Number.NaN) - end);
};

export const crashRestart: Benchmark = {
  name: 'crash-restart',
  run: async () => {
    const [ours, peer]: [number[], number[]] = [[], []];
    for (let round = 0; round < 3; round++) {
      ours.push(...(await gaps(asTsinit, 40)));
      peer.push(...(await gaps(asSupervisord, 3)));
    }
    return [valueRow('supervise mode: crash to the next start’s main', [median(ours), median(peer)], duration, 3e6, 'supervisord')];
  },
};
