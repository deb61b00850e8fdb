/**
 * How fast restarts may follow each other without `restart_delay`: a run shorter than a second is not followed by another within a
 * second of its start. supervisord does the same by the rhythm of its loop. The first restart after a longer run is at once.
 *
 * Meanwhile the process is EXITED, as supervisord shows it: lingering with nothing left of the run, with the next start as its deadline.
 */
import type { ProcessState, StepContext } from './types.ts';

export const PACE_MS = 1000;

/** The process waits for its next start, and for nothing else. */
export const isPaced = ({ name, lingering, killed, leftPid, startedAtMs, deadlineMs }: ProcessState): boolean =>
  name === 'EXITED' && lingering && killed && leftPid === 0 && deadlineMs === startedAtMs + PACE_MS;

/** The state until the next start is allowed, with nothing of the run alive; null: it is allowed now. */
export const waitForPace = (ended: ProcessState, { spec, nowMs }: StepContext): ProcessState | null => {
  const { startedAtMs, stoppedAtMs, name } = ended;
  const isShort = name === 'EXITED' && spec.service.restart.delayMs === null && stoppedAtMs - startedAtMs < PACE_MS;
  if (!isShort || nowMs >= startedAtMs + PACE_MS) return null;
  return { ...ended, lingering: true, killed: true, killAtMs: null, leftPid: 0, deadlineMs: startedAtMs + PACE_MS };
};

/** Ended as it was, with no start behind it. Nothing had to be killed: the exit code counts as it is. */
export const withoutPace = (paced: ProcessState): ProcessState => ({ ...paced, lingering: false, killed: false, deadlineMs: null });
