/**
 * How listed differences change what supervisord showed into what tsinit is to show. A line of the main log stands in its
 * file, too: edits of one change the other.
 */
import type { Observation } from './observe.ts';

/** Files by name, in order. */
const withFile = (seen: Observation, name: string, text: string): Observation => ({
  ...seen,
  files: Object.fromEntries(Object.entries({ ...seen.files, [name]: text }).sort(([one], [other]) => (one < other ? -1 : 1))),
});

export const withoutFiles = (seen: Observation, ...names: readonly string[]): Observation => ({
  ...seen,
  files: Object.fromEntries(Object.entries(seen.files).filter(([name]) => !names.includes(name))),
});

/** Puts all lines into the main log's file anew. */
const logged = (seen: Observation): Observation => {
  const before = seen.files['main.log'];
  if (before === undefined) return seen;
  const lines = new Set([...seen.server, ...Object.values(seen.processes).flat()]);
  return withFile(seen, 'main.log', `${before.slice(0, 5)}${['', ...[...lines].toSorted()].join('\n')}`);
};

/** Lines that name no process. */
export const withServerLines = (seen: Observation, edit: (lines: readonly string[]) => readonly string[]): Observation =>
  logged({ ...seen, server: edit(seen.server) });

/** Lines of one process. */
export const withLinesOf = (seen: Observation, process: string, lines: readonly string[]): Observation =>
  logged({ ...seen, processes: { ...seen.processes, [process]: lines } });

/** Leaves lines out of those that name no process. */
export const without =
  (pattern: RegExp) =>
  (seen: Observation): Observation =>
    withServerLines(seen, (lines) => lines.filter((text) => !pattern.test(text)));

export const withoutStderr = (seen: Observation): Observation => ({ ...seen, stderr: [] });

/** The same step in every file. */
export const inFiles =
  (pattern: RegExp, replacement: string) =>
  (seen: Observation): Observation => ({
    ...seen,
    files: Object.fromEntries(Object.entries(seen.files).map(([name, text]) => [name, text.replace(pattern, replacement)])),
  });
