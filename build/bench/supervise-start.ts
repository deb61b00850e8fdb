/** Supervise mode, one program: from exec of PID 1 to the program's main, beside supervisord and a bare Node script. */
import { fixture } from '../../test/support/fixtures.ts';
import { asBareNode, asSupervisord, asTsinit, makeFifo } from './peers.ts';
import { type Benchmark, duration, ratioRow } from './row.ts';
import { startTimes } from './start-times.ts';

export const superviseStart: Benchmark = {
  name: 'supervise-start',
  run: async () => {
    const fifo = makeFifo();
    const program = [fixture('marker'), fifo, 'wait'];
    const programs = { w: { command: program.join(' ') } };
    const [ours, script] = startTimes(40, fifo, 'kill', [asTsinit(programs), asBareNode(program)]);
    const [again, peer] = startTimes(7, fifo, 'kill', [asTsinit(programs), asSupervisord(programs)]);
    const what = 'supervise mode: exec of init to the program’s main';
    return [
      ratioRow(what, [again?.start ?? Number.NaN, peer?.start ?? Number.NaN], duration, { kind: 'most', ratio: 0.08, peer: 'supervisord' }),
      ratioRow(what, [ours?.start ?? Number.NaN, script?.start ?? Number.NaN], duration, { kind: 'most', ratio: 1.2, peer: 'bare Node script' }),
    ];
  },
};
