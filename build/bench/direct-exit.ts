/** Direct mode: from the program's end to PID 1's end, as its parent sees it. */
import { fixture } from '../../test/support/fixtures.ts';
import { dumbInit, makeFifo, tini, tsinit } from './peers.ts';
import { type Benchmark, duration, ratioRow } from './row.ts';
import { startTimes } from './start-times.ts';

export const directExit: Benchmark = {
  name: 'direct-exit',
  run: async () => {
    const fifo = makeFifo();
    const program = [fixture('marker'), fifo, 'exit'];
    const [ours, peer, other] = startTimes(300, fifo, 'exit', [
      [tsinit, ...program],
      [tini, ...program],
      [dumbInit, ...program],
    ]);
    const what = 'direct mode: the program’s exit to init’s exit';
    return [
      ratioRow(what, [ours?.end ?? Number.NaN, peer?.end ?? Number.NaN], duration, { kind: 'most', ratio: 1, peer: 'tini-static' }),
      ratioRow(what, [ours?.end ?? Number.NaN, other?.end ?? Number.NaN], duration, { kind: 'most', ratio: 1, peer: 'dumb-init' }),
    ];
  },
};
