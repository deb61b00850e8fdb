/** Direct mode: from exec of PID 1 to the program's main. */
import { fixture } from '../../test/support/fixtures.ts';
import { dumbInit, makeFifo, tini, tsinit } from './peers.ts';
import { type Benchmark, duration, ratioRow } from './row.ts';
import { startTimes } from './start-times.ts';

export const directStart: Benchmark = {
  name: 'direct-start',
  run: async () => {
    const fifo = makeFifo();
    const program = [fixture('marker'), fifo, 'wait'];
    const [ours, peer, other] = startTimes(300, fifo, 'kill', [
      [tsinit, ...program],
      [tini, ...program],
      [dumbInit, ...program],
    ]);
    const what = 'direct mode: exec of init to the program’s main';
    return [
      ratioRow(what, [ours?.start ?? Number.NaN, peer?.start ?? Number.NaN], duration, { kind: 'most', ratio: 1, peer: 'tini-static' }),
      ratioRow(what, [ours?.start ?? Number.NaN, other?.start ?? Number.NaN], duration, { kind: 'most', ratio: 1, peer: 'dumb-init' }),
    ];
  },
};
