/** The one timer that the world asks for. */
import type { Clock } from '../kernel/kernel.ts';

/** Sets the timer to another instant; null: none. */
export type Alarm = (dueMs: number | null) => void;

export const createAlarm = (clock: Clock, ring: () => void): Alarm => {
  let armedForMs: number | null = null;
  let disarm: () => void = () => {};
  return (dueMs) => {
    if (dueMs === armedForMs) return;
    disarm();
    armedForMs = dueMs;
    disarm =
      dueMs === null
        ? () => {}
        : clock.at(dueMs, () => {
            armedForMs = null;
            ring();
          });
  };
};
