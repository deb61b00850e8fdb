/** Events that listeners lose, told once a second at most (world/events/listeners/losses). Timers only while events are being lost. */
import type { Clock } from '../../kernel/kernel.ts';
import { keyOf, lose, tellLosses } from '../../world/events/listeners/losses.ts';
import type { Loss, Losses } from '../../world/events/listeners/losses.ts';

export type LossTeller = {
  readonly lose: (loss: Loss) => void;
  /** Tells at once what is not told yet. */
  readonly tell: () => void;
};

export const createLossTeller = (clock: Clock, say: (text: string) => void): LossTeller => {
  const open = new Map<string, Losses>();

  const tellOf = (key: string): void => {
    const before = open.get(key);
    if (before === undefined) return;
    const { losses, text } = tellLosses(before, clock.nowMs());
    if (losses === null) open.delete(key);
    else open.set(key, losses);
    if (text !== null) say(text);
  };

  const waitFor = (key: string): void => {
    const losses = open.get(key);
    if (losses === undefined) return;
    clock.at(losses.dueMs, () => {
      tellOf(key);
      waitFor(key);
    });
  };

  return {
    lose: (loss) => {
      const key = keyOf(loss);
      const before = open.get(key) ?? null;
      const { losses, text } = lose(before, loss, clock.nowMs());
      open.set(key, losses);
      if (before === null) waitFor(key);
      if (text !== null) say(text);
    },
    tell: () => [...open.keys()].forEach(tellOf),
  };
};
