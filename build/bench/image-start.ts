/**
 * Supervise mode in the image whose PID 1 was supervisord, both out of that same image: from the engine's client being told to start a created
 * container, and from the container's own first instruction, to the first program's main. The first instruction is a fixture's, which notes the moment and
 * becomes the tool.
 */
import { dirname } from 'node:path';
import { fixture } from '../../test/support/fixtures.ts';
import type { Engine } from '../../test/container/engine.ts';
import { tagOf } from '../../test/container/images.ts';
import { openNotes, type Notes } from './container.ts';
import { containerName, engineHere, must, notMeasured, testImage } from './engine.ts';
import { asSupervisord, asTsinit, folder } from './peers.ts';
import { type Benchmark, duration, median, ratioRow } from './row.ts';

const ROUNDS = 11;
const WHAT = 'supervise mode in the supervisord image: ';
const bar = { kind: 'most', ratio: 0.25, peer: 'supervisord' } as const;

type Times = { readonly whole: number; readonly inside: number };

const startOnce = async (engine: Engine, image: string, command: readonly string[], notes: Notes): Promise<Times> => {
  const name = containerName();
  const volumes = [folder, dirname(fixture('marker'))].map((path) => `--volume=${path}:${path}`);
  const words = [notes.path, 'exec', ...command];
  await must(engine, 'create', '--network=none', '--name', name, ...volumes, '--entrypoint', fixture('marker'), image, ...words);
  try {
    const told = Number(process.hrtime.bigint());
    await must(engine, 'start', name);
    const [first = Number.NaN] = await notes.next('exec');
    const [main = Number.NaN] = await notes.next('start');
    return { whole: main - told, inside: main - first };
  } finally {
    await engine.run('rm', '-f', name);
  }
};

export const imageStart: Benchmark = {
  name: 'image-start',
  run: async () => {
    const engine = await engineHere();
    if (engine === null) return [notMeasured(`${WHAT}start to the first program`, 'no container engine runs containers here', `at most ${bar.ratio}`)];
    const image = tagOf(await testImage(engine, 'supervisord'));
    const notes = openNotes();
    const programs = { w: { command: `${fixture('marker')} ${notes.path} wait` } };
    const tools = [['/tsinit', ...asTsinit(programs).slice(1)], asSupervisord(programs)] as const;
    const times: readonly Times[][] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, command] of tools.entries()) times[index]?.push(await startOnce(engine, image, command, notes));
    }
    notes.close();
    const of = (pick: (times: Times) => number): [number, number] => [median((times[0] ?? []).map(pick)), median((times[1] ?? []).map(pick))];
    return [
      ratioRow(
        `${WHAT}the container’s first instruction to the program’s main`,
        of(({ inside }) => inside),
        duration,
        bar,
      ),
      // The engine's own time is in both.
      ratioRow(
        `${WHAT}\`docker start\` to the program’s main`,
        of(({ whole }) => whole),
        duration,
        bar,
      ),
    ];
  },
};
