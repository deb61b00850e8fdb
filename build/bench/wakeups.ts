/** Supervise mode, idle: how often any thread of the tool is woken when nothing happens. */
import { fixture } from '../../test/support/fixtures.ts';
import { openNotes, pause, start, switchesOf } from './container.ts';
import { asSupervisord, asTsinit } from './peers.ts';
import { type Benchmark, valueRow } from './row.ts';

const [settleMs, watchMs] = [6000, 10_000];

const wakeupsOf = async (tool: typeof asTsinit): Promise<number> => {
  const notes = openNotes();
  const bench = await start(tool({ w: { command: `${fixture('marker')} ${notes.path} wait` } }));
  await notes.next('start');
  await pause(settleMs);
  const before = switchesOf(bench);
  await pause(watchMs);
  const after = switchesOf(bench);
  await bench.end();
  notes.close();
  return after - before;
};

export const wakeups: Benchmark = {
  name: 'wakeups',
  run: async () => {
    const [ours, peer] = await Promise.all([wakeupsOf(asTsinit), wakeupsOf(asSupervisord)]);
    return [valueRow('idle, one program: wakeups in 10 s', [ours, peer], String, 0, 'supervisord')];
  },
};
