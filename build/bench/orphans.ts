/** 20,000 orphans in bursts of 500: CPU time of the tool, and what is left unreaped; what is left when they end while init is stopped. */
import { open } from 'node:fs/promises';
import { fixture } from '../../test/support/fixtures.ts';
import { cpuOf, openNotes, pause, start } from './container.ts';
import { asSupervisord, asTsinit, makeFifo, tini, tsinit } from './peers.ts';
import { type Benchmark, duration, median, ratioRow, valueRow } from './row.ts';

const count = 20_000;
/** How long a tool may take to reap what is left after the last orphan has ended. */
const patienceMs = 3000;
/** For the start of a tool, and the tidying after it, to be over. */
const settleMs = 4000;

type Cost = { readonly cpu: number; readonly left: number };

/** CPU from an idle moment just before the first orphan to the last one reaped. */
const cost = async (command: (program: string) => readonly string[]): Promise<Cost> => {
  const [notes, go] = [openNotes(), makeFifo()];
  const bench = await start(command(`${fixture('orphans')} ${count} 500 ${go} ${notes.path}`));
  const gate = await open(go, 'w'); // when the program is there to read it
  await pause(settleMs);
  const before = cpuOf(bench);
  await gate.close();
  await notes.next('orphans');
  for (let waited = 0; bench.zombies() > 0 && waited < patienceMs; waited += 20) await pause(20);
  const result = { cpu: cpuOf(bench) - before, left: bench.zombies() };
  await bench.end();
  notes.close();
  return result;
};

/** Zombies that stay when init is stopped until all orphans have ended, and then continued. */
const leftAfterStop = async (command: (program: string) => readonly string[]): Promise<number> => {
  const [notes, go] = [openNotes(), makeFifo()];
  const bench = await start(command(`${fixture('orphans')} ${count} 500 ${go} ${notes.path}`));
  const gate = await open(go, 'w');
  await pause(settleMs);
  process.kill(bench.pid, 'SIGSTOP');
  await gate.close();
  await notes.next('orphans');
  process.kill(bench.pid, 'SIGCONT');
  for (let waited = 0; bench.zombies() > 0 && waited < patienceMs; waited += 20) await pause(20);
  const left = bench.zombies();
  await bench.end();
  notes.close();
  return left;
};

const direct = (init: string) => (program: string) => [init, ...program.split(' ')];
const tools = {
  direct: direct(tsinit),
  supervise: (program: string) => asTsinit({ o: { command: program } }),
  tini: direct(tini),
} as const;

export const orphans: Benchmark = {
  name: 'orphans',
  run: async () => {
    const samples = { direct: [] as number[], supervise: [] as number[], tini: [] as number[] };
    const left = { direct: 0, supervise: 0, tini: 0 };
    const names = ['direct', 'tini', 'supervise'] as const;
    for (let round = 0; round < 7; round++)
      for (const name of names) {
        const result = await cost(tools[name]);
        samples[name].push(result.cpu);
        left[name] = Math.max(left[name], result.left);
      }
    const supervisord = await cost((program) => asSupervisord({ o: { command: program } }));
    const bar = { kind: 'most', ratio: 1, peer: 'tini-static' } as const;
    return [
      ratioRow('20,000 orphans, direct mode: CPU time', [median(samples.direct), median(samples.tini)], duration, bar),
      ratioRow('20,000 orphans, supervise mode: CPU time', [median(samples.supervise), median(samples.tini)], duration, bar),
      valueRow('20,000 orphans, direct mode: zombies left', [left.direct, left.tini], String, 0, 'tini-static'),
      valueRow(`20,000 orphans, supervise mode: zombies left ${patienceMs / 1000} s later`, [left.supervise, supervisord.left], String, 0, 'supervisord'),
    ];
  },
};

export const stoppedOrphans: Benchmark = {
  name: 'stopped-orphans',
  run: async () => {
    const [ofDirect, ofSupervise, ofTini] = [await leftAfterStop(tools.direct), await leftAfterStop(tools.supervise), await leftAfterStop(tools.tini)];
    return [
      valueRow('20,000 orphans while init is stopped, direct mode: zombies left when it goes on', [ofDirect, ofTini], String, 0, 'tini-static'),
      valueRow('20,000 orphans while init is stopped, supervise mode: zombies left when it goes on', [ofSupervise, ofTini], String, 0, 'tini-static'),
    ];
  },
};
