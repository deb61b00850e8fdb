/**
 * Unfinished lines of format raw that go out before their end: a prompt, or dots that show progress. Passed on once nothing has come for a
 * moment. Another stream's line may then come into the middle (behind a newline of its own): where streams share a way out, it is done
 * only where it is asked for.
 */
import type { Clock } from '../../kernel/kernel.ts';
import { TARGET } from './capture.ts';
import type { Capture } from './capture.ts';
import type { Outbox } from '../out/outbox.ts';
import type { Stage } from '../box/stage.ts';

/** A line that is written in parts is complete by then. */
const QUIET_MS = 100;

export type PassOnParts = {
  readonly clock: Clock;
  readonly stage: Pick<Stage, 'hasRawPartial' | 'passOn'>;
  readonly outboxes: readonly Outbox[];
  /** Though other streams go the same way. */
  readonly passesOn?: boolean;
};

/** To be called when a stream has nothing more to read. */
export const createPassOn = ({ clock, stage, outboxes, passesOn = false }: PassOnParts, captures: readonly (Capture | undefined)[]) => {
  const mayPassOn = ({ target }: Capture): boolean => passesOn || captures.filter((other) => other?.target === target).length === 1;

  return (capture: Capture): void => {
    const { slot, reads, target } = capture;
    if (target >= TARGET.FILE || !stage.hasRawPartial(slot)) return;
    const pass = (): void => {
      if (captures[slot] !== capture || capture.state !== 'idle' || capture.reads !== reads) return;
      if (!stage.hasRawPartial(slot) || !mayPassOn(capture)) return;
      stage.passOn(slot);
      outboxes[target]?.flush();
    };
    clock.at(clock.nowMs() + QUIET_MS, pass, true);
  };
};
