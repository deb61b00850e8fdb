/** What happened in a run of `tsinit ci`, and when: entries from two looks at a process, and the table that people read. */
import { describeExit } from '../../../process/exit-status.ts';
import type { ProcessState } from '../../../process/types.ts';
import { reasonOf } from './outcome.ts';

export type TimeLineEntry = { readonly atMs: number; readonly name: string; readonly what: string };

/** What has become of the process between the two looks, in order; nothing in most cases. */
export const entriesBetween = (name: string, before: ProcessState, after: ProcessState, nowMs: number): readonly TimeLineEntry[] => {
  const entries: TimeLineEntry[] = [];
  const add = (atMs: number, what: string): void => void entries.push({ atMs, name, what });
  if (after.run !== before.run) add(after.startedAtMs, before.run === 0 ? 'started' : 'started again');
  if (after.isReady && !before.isReady && after.name !== 'EXITED') add(nowMs, 'ready');
  if (after.name === before.name) return entries;
  if (after.name === 'STOPPING') add(nowMs, 'is told to stop');
  if (after.name === 'STOPPED' && after.run !== 0) add(after.stoppedAtMs, `stopped${after.killed ? ', killed' : ''}${how(after)}`);
  if (after.name === 'EXITED') add(after.stoppedAtMs, `ended${how(after)}`);
  if (after.name === 'BACKOFF') add(after.stoppedAtMs, `failed to start: ${reasonOf(after)}`);
  if (after.name === 'FATAL') add(after.stoppedAtMs, `given up: ${reasonOf(after)}`);
  return entries;
};

const how = ({ exit }: ProcessState): string => (exit === null ? '' : `: ${describeExit(exit)}`);

/** One line for each, without a newline; seconds since `startMs`. */
export const timeLine = (entries: readonly TimeLineEntry[], startMs: number): readonly string[] => {
  const width = Math.max(0, ...entries.map(({ name }) => name.length));
  return [...entries]
    .sort((left, right) => left.atMs - right.atMs)
    .map(({ atMs, name, what }) => `${seconds(atMs - startMs).padStart(8)}  ${name.padEnd(width)}  ${what}`);
};

const seconds = (durationMs: number): string => (Math.max(0, durationMs) / 1000).toFixed(2);
