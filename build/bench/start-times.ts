/** Start and end times of several commands, measured in turn by test/fixtures/start_times.c; medians in nanoseconds. */
import { runFixture } from './container.ts';
import { median } from './row.ts';

export type Times = { readonly start: number; readonly end: number };

export const startTimes = (rounds: number, fifo: string, mode: 'kill' | 'exit', commands: readonly (readonly string[])[]): readonly Times[] => {
  const words = commands.flatMap((command) => [';', '--', ...command]);
  const samples = commands.map((): { readonly start: number[]; readonly end: number[] } => ({ start: [], end: [] }));
  for (const line of runFixture('start_times', [String(rounds), fifo, mode, ...words, ';'])
    .trim()
    .split('\n')) {
    const [index = 0, start = 0, end = 0] = line.split(' ').map(Number);
    samples[index]?.start.push(start);
    samples[index]?.end.push(end);
  }
  return samples.map(({ start, end }) => ({ start: median(start), end: median(end) }));
};
