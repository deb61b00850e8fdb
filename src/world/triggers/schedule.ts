/** What a schedule's time means, given what its process does: start it, start it later, or let it be. Pure; when a time comes is the engine's. */
import type { ScheduleSettings } from '../../config/model/service-model.ts';
import type { ProcessState } from '../../process/types.ts';
import type { Plan } from '../plan.ts';
import { isAtRest } from '../stop/rest.ts';

export type Decision =
  | { readonly kind: 'start' }
  | { readonly kind: 'restart'; readonly reason: string }
  /** As soon as it has ended. */
  | { readonly kind: 'queue'; readonly reason: string }
  | { readonly kind: 'skip'; readonly reason: string };

/** A start is decided a moment after its time, and the wall clock counts in whole milliseconds. */
const SAME_TIME_MS = 50;

/** Has a run begun at that time or since? `startedMs`, `timeMs`: by the wall clock. */
export const hasBegunSince = ({ run }: Pick<ProcessState, 'run'>, startedMs: number, timeMs: number): boolean =>
  run !== 0 && startedMs >= timeMs - SAME_TIME_MS;

/** Golden ratio: successive times are spread evenly. */
const SPREAD = 0.618_033_988_749_894_9;

/** Has any program one? */
export const hasSchedules = ({ processes }: Plan): boolean => processes.some(({ service }) => service.schedule !== null);

/** `lateMs`: after the time itself. `isQueued`: one run waits already. */
export const decideRun = (settings: ScheduleSettings, state: ProcessState, lateMs: number, isQueued: boolean): Decision => {
  if (lateMs > settings.deadlineMs + settings.jitterMs)
    return { kind: 'skip', reason: `missed: ${Math.round(lateMs / 1000)} seconds late (schedule_deadline)` };
  if (isAtRest(state)) return { kind: 'start' };
  switch (settings.overlap) {
    case 'skip':
      return { kind: 'skip', reason: 'skipped: the run before has not ended' };
    case 'queue':
      return isQueued ? { kind: 'skip', reason: 'skipped: one run waits already' } : { kind: 'queue', reason: 'queued: the run before has not ended' };
    case 'replace':
      return { kind: 'restart', reason: 'replacing the run before, which has not ended' };
  }
};

/** How much later a start comes; the same for the same time, so that a successor of the supervisor agrees. */
export const jitterOf = ({ jitterMs }: ScheduleSettings, index: number, atMs: number): number =>
  Math.floor(jitterMs * (((index + 1 + atMs / 1000) * SPREAD) % 1));
