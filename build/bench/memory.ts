/** Supervise mode, idle: memory that only the tool's processes use, with one program and with a hundred. */
import { fixture } from '../../test/support/fixtures.ts';
import { type Memory, memoryOf, openNotes, pause, start } from './container.ts';
import { asSupervisord, asTsinit } from './peers.ts';
import { type Benchmark, mib, ratioRow } from './row.ts';

/** Long enough for either to have put its start behind it. */
const settleMs = 5000;

export const idleMemory = async (tool: typeof asTsinit, copies: number): Promise<Memory> => {
  const notes = openNotes();
  const bench = await start(tool({ w: { command: `${fixture('marker')} ${notes.path} wait`, copies } }));
  await notes.next('start', copies);
  await pause(settleMs);
  const memory = memoryOf(bench);
  await bench.end();
  notes.close();
  return memory;
};

export const memory: Benchmark = {
  name: 'memory',
  run: async () => {
    const rows = [];
    for (const copies of [1, 100]) {
      const [ours, peer] = [await idleMemory(asTsinit, copies), await idleMemory(asSupervisord, copies)];
      const bar = { kind: 'most', ratio: 0.6, peer: 'supervisord' } as const;
      const programs = copies === 1 ? 'one program' : `${copies} programs`;
      rows.push(
        ratioRow(`idle, ${programs}: private memory (USS)`, [ours.uss, peer.uss], mib, bar),
        ratioRow(`idle, ${programs}: private dirty memory`, [ours.dirty, peer.dirty], mib, bar),
        ratioRow(`idle, ${programs}: USS and memory files counted whole`, [ours.uss + ours.memfd, peer.uss + peer.memfd], mib, bar),
      );
    }
    return rows;
  },
};
