/** Supervise mode: from TERM to PID 1 until the program's handler runs, at random moments. */
import { fixture } from '../../test/support/fixtures.ts';
import { openNotes, pause, start } from './container.ts';
import { asSupervisord, asTsinit } from './peers.ts';
import { type Benchmark, duration, median, valueRow } from './row.ts';

type Tool = typeof asTsinit;

/** Spread over a second, because a peer may look only once a second. */
const delaysMs = [137, 291, 433, 577, 719, 863, 971];

const latency = async (tool: Tool, delayMs: number): Promise<number> => {
  const notes = openNotes();
  const bench = await start(tool({ w: { command: `${fixture('marker')} ${notes.path} stop` } }));
  await notes.next('start');
  await pause(delayMs);
  process.kill(bench.pid, 0); // the first call of a function costs more than what is measured here
  process.hrtime.bigint();
  const sent = Number(process.hrtime.bigint());
  process.kill(bench.pid, 'SIGTERM');
  const [heard = Number.NaN] = await notes.next('signal');
  await bench.end();
  notes.close();
  return heard - sent;
};

export const stopLatency: Benchmark = {
  name: 'stop-latency',
  run: async () => {
    const [ours, peer]: [number[], number[]] = [[], []];
    for (const delayMs of delaysMs) {
      for (let turn = 0; turn < 3; turn++) ours.push(await latency(asTsinit, delayMs));
      peer.push(await latency(asSupervisord, delayMs));
    }
    return [
      valueRow('supervise mode: stop signal to the program’s handler, median', [median(ours), median(peer)], duration, 1e6, 'supervisord'),
      valueRow('the same, worst case', [Math.max(...ours), Math.max(...peer)], duration, 1e6, 'supervisord'),
    ];
  },
};
