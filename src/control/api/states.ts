/** supervisord's classes of states, by which commands decide whom they are for. */
import type { ProcessView } from '../../world/show/views.ts';

type State = Pick<ProcessView, 'state' | 'isHeld'>;

/** It runs, or will without being asked again. */
export const isRunning = ({ state, isHeld }: State): boolean => isHeld || state === 'RUNNING' || state === 'STARTING' || state === 'BACKOFF';

/** It will not run unless it is asked to. */
export const isStopped = ({ state, isHeld }: State): boolean =>
  !isHeld && (state === 'STOPPED' || state === 'EXITED' || state === 'FATAL' || state === 'UNKNOWN');

/** There is a process that a signal can reach. */
export const isSignallable = ({ state }: State): boolean => state === 'RUNNING' || state === 'STARTING' || state === 'STOPPING';
