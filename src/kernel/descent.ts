/** Is a process one of a run's? By what /proc says of parents and process groups: both may be given up, so `no` is no proof. */
import { readFileSync } from 'node:fs';

/** Deeper than any tree that means well. */
const MOST_STEPS = 64;

/** `ancestor` itself counts; so does whatever is in its process group. */
export const isOfRun = (pid: number, ancestor: number, statOf: (pid: number) => string | null = readStat): boolean => {
  for (let step = 0, at = pid; step < MOST_STEPS && at > 1; step++) {
    if (at === ancestor) return true;
    const stat = statOf(at);
    // Behind the command, which may hold anything: state, parent, process group.
    const [, parent, group] =
      stat
        ?.slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number) ?? [];
    if (parent === undefined || group === ancestor) return group === ancestor;
    at = parent;
  }
  return false;
};

/** False: it is no process of the run's (any more), and is not told. */
export const signalNamed = (pid: number, ofRun: number, signal: number): boolean => {
  if (!isOfRun(pid, ofRun)) return false;
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
};

const readStat = (pid: number): string | null => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
};
