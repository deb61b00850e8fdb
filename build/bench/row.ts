/**
 * One number of the benchmark: ours beside the peer's from the same run, as a ratio, and the bar that we set ourselves.
 */

export type Row = {
  readonly what: string;
  readonly ours: string;
  readonly peer: string;
  readonly ratio: number | null;
  /** In words: "at most 1.0 of tini-static". */
  readonly bar: string;
  readonly isMet: boolean | null;
};

/** One file of this folder. */
export type Benchmark = { readonly name: string; readonly run: () => Promise<readonly Row[]> };

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
};

/** Three significant digits with the unit that fits: nanoseconds in. */
export const duration = (ns: number): string => {
  if (Math.abs(ns) < 1e6) return `${(ns / 1e3).toPrecision(3)} µs`;
  return ns < 1e9 ? `${(ns / 1e6).toPrecision(3)} ms` : `${(ns / 1e9).toPrecision(3)} s`;
};

export const kib = (bytes: number): string => `${Math.round(bytes / 1024)} KiB`;
export const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

/** A row whose bar is a ratio to the peer: at most (lower is better) or at least. */
export const ratioRow = (
  what: string,
  [ours, peer]: readonly [number, number],
  show: (value: number) => string,
  bar: { readonly kind: 'most' | 'least'; readonly ratio: number; readonly peer: string },
): Row => {
  const ratio = ours / peer;
  return {
    what,
    ours: show(ours),
    peer: `${bar.peer}: ${show(peer)}`,
    ratio,
    bar: `at ${bar.kind} ${bar.ratio}`,
    isMet: Number.isFinite(ratio) && (bar.kind === 'most' ? ratio <= bar.ratio : ratio >= bar.ratio),
  };
};

/** A row whose bar is a value of our own. */
export const valueRow = (what: string, [ours, peer]: readonly [number, number], show: (value: number) => string, most: number, name: string): Row => ({
  what,
  ours: show(ours),
  peer: `${name}: ${show(peer)}`,
  ratio: ours === 0 ? 0 : ours / peer,
  bar: `at most ${show(most)}`,
  isMet: ours <= most,
});
