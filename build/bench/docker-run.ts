/**
 * What an init costs a whole `docker run --rm IMAGE true`: the client's time with it minus the time without any, ours beside tini's. The three
 * take turns in a changing order. An init's millisecond is less than what two runs of an engine differ by, so the bar is held unless ours is slower by
 * more than the 95 % interval of the median of the pairs.
 */
import { tagOf } from '../../test/container/images.ts';
import { engineHere, must, notMeasured, testImage } from './engine.ts';
import { tini } from './peers.ts';
import { type Benchmark, duration, median, type Row } from './row.ts';

const ROUNDS = 40;
const WHAT = '`docker run --rm` of `true`: time with an init minus without';
const BAR = "at most tini's, within the interval";

/** Half of the 95 % interval of a median, from the ranks of a binomial distribution. */
const halfInterval = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const reach = Math.round(0.98 * Math.sqrt(sorted.length));
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.ceil(middle + reach)] ?? Number.NaN) - (sorted[Math.floor(middle - reach)] ?? Number.NaN)) / 2;
};

export const dockerRun: Benchmark = {
  name: 'docker-run',
  run: async () => {
    const engine = await engineHere();
    if (engine === null) return [notMeasured(WHAT, 'no container engine runs containers here', BAR)];
    const image = tagOf(await testImage(engine, 'busybox'));
    const ways = [
      ['--entrypoint', '/bin/true', image],
      ['--entrypoint', '/tsinit', image, '--', '/bin/true'],
      ['--entrypoint', '/tini', image, '--', '/bin/true'],
    ] as const;
    const times: readonly number[][] = ways.map(() => []);
    for (let round = -1; round < ROUNDS; round++) {
      for (let turn = 0; turn < ways.length; turn++) {
        const index = (turn + round + 1) % ways.length;
        const began = process.hrtime.bigint();
        await must(engine, 'run', '--rm', '--network=none', `--volume=${tini}:/tini:ro`, ...(ways[index] ?? []));
        if (round >= 0) times[index]?.push(Number(process.hrtime.bigint() - began));
      }
    }
    return [rowOf(times)];
  },
};

const rowOf = ([none = [], ours = [], peer = []]: readonly (readonly number[])[]): Row => {
  const minus = (first: readonly number[], second: readonly number[]): readonly number[] => first.map((value, index) => value - (second[index] ?? Number.NaN));
  const [costs, peerCosts, pairs] = [minus(ours, none), minus(peer, none), minus(ours, peer)];
  const shown = (values: readonly number[]): string => `${duration(median(values))} ± ${duration(halfInterval(values))}`;
  return {
    what: `${WHAT} (${duration(median(none))})`,
    ours: shown(costs),
    peer: `tini-static: ${shown(peerCosts)}; ours minus its: ${shown(pairs)}`,
    ratio: null,
    bar: BAR,
    isMet: median(pairs) - halfInterval(pairs) <= 0,
  };
};
