/** Direct mode: resident memory of PID 1 while its program runs. */
import { fixture } from '../../test/support/fixtures.ts';
import { memoryOf, openNotes, start } from './container.ts';
import { dumbInit, tini, tsinit } from './peers.ts';
import { type Benchmark, kib, valueRow } from './row.ts';

const bar = 100 * 1024;

const rssOf = async (init: string): Promise<number> => {
  const notes = openNotes();
  const bench = await start([init, fixture('marker'), notes.path, 'wait']);
  await notes.next('start');
  const { rss } = memoryOf(bench);
  await bench.end();
  notes.close();
  return rss;
};

export const rss: Benchmark = {
  name: 'rss',
  run: async () => {
    const ours = await rssOf(tsinit);
    const what = 'direct mode: resident memory (RSS) of init';
    return [valueRow(what, [ours, await rssOf(tini)], kib, bar, 'tini-static'), valueRow(what, [ours, await rssOf(dumbInit)], kib, bar, 'dumb-init')];
  },
};
