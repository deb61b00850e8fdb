/** Wiring of starts by connections and files, and of stops for want of connections. Loaded when a configuration has any. */
import { watchConnections } from '../engine/activation.ts';
import { monotonicClock } from '../kernel/clock.ts';
import type { Needed } from './needs.ts';

export const startActivation = ({ engine, sockets, flush }: Needed): void => {
  const { watch, plan, world, turn } = engine;
  const holdAgain = (): void => {
    sockets.again();
    flush();
  };
  sockets.onAnswer(watchConnections({ clock: monotonicClock, watch, plan, world, turn, held: sockets.held, holdAgain }));
};
