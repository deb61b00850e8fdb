/**
 * Starts by connections: each socket is waited for while somebody whom it starts is at rest, and not while all of them run. Whoever is
 * started takes the connection; it is not touched here. Who may be started when is decided in world/triggers/activation.ts.
 */
import type { Clock } from '../../kernel/kernel.ts';
import type { HeldSockets } from '../../kernel/sockets/held-sockets.ts';
import { readyToStart } from '../../world/triggers/activation.ts';
import type { Plan } from '../../world/plan.ts';
import { heldAddresses } from '../../world/triggers/sockets.ts';
import type { World, WorldEvent } from '../../world/types.ts';
import type { News } from '../news.ts';

export type ActivationPorts = {
  readonly clock: Clock;
  readonly watch: News['watch'];
  readonly plan: () => Plan;
  readonly world: () => World;
  readonly turn: (event: WorldEvent) => void;
  readonly held: Pick<HeldSockets, 'arm' | 'disarm' | 'stateOf'>;
  /** Asks init once more for the sockets that could not be opened. */
  readonly holdAgain: () => void;
};

/** One address that somebody is started by. */
type Address = { readonly index: number; readonly name: string; readonly targets: readonly number[]; readonly isTaken: boolean };

/** From now on. The function that comes back is to be called when init has answered for a socket. */
export const watchConnections = (ports: ActivationPorts): (() => void) => {
  const { clock, held } = ports;
  let addresses = addressesOf(ports.plan());
  let cancelTimer = (): void => {};

  const start = (targets: readonly number[], reason: string): void => ports.turn({ type: 'activated', targets, reason });

  const come = (address: Address): void => {
    const { indices } = readyToStart(ports.plan(), ports.world().states, address.targets, clock.nowMs());
    start(address.isTaken ? indices.slice(0, 1) : indices, `a connection waits on the socket ${address.name}`);
    look();
  };

  /** A start that init has not answered yet has not taken its connection: it would be taken for another one. */
  const isBeingTaken = ({ isTaken, targets }: Address): boolean =>
    isTaken && targets.some((index) => ports.world().states[index]?.name === 'STARTING' && ports.world().states[index]?.pid === 0);

  const look = (): void => {
    cancelTimer();
    let againAtMs = Number.POSITIVE_INFINITY;
    for (const address of addresses) {
      const ready = readyToStart(ports.plan(), ports.world().states, address.targets, clock.nowMs());
      const state = held.stateOf(address.index);
      if (ready.againAtMs !== null) againAtMs = Math.min(againAtMs, ready.againAtMs);
      if (ports.world().phase !== 'running' || ready.indices.length === 0 || isBeingTaken(address)) held.disarm(address.index);
      else if (state === 'open') held.arm(address.index, () => come(address));
    }
    cancelTimer = againAtMs === Number.POSITIVE_INFINITY ? () => {} : clock.at(againAtMs, look);
  };

  /** Its start fails with the reason, and is tried again as every start is. */
  const failUnopened = (): void => {
    for (const { index, name, targets } of addresses) {
      if (typeof held.stateOf(index) !== 'number') continue;
      const neverTried = targets.filter((target) => ports.world().states[target]?.run === 0);
      if (neverTried.length > 0) start(neverTried, `the socket ${name} cannot be opened`);
    }
  };

  ports.watch((item) => {
    if (item.type === 'plan') addresses = addressesOf(item.to);
    // Its own start has opened what could not be opened before.
    const isUp = item.type === 'transition' && item.transition.to === 'RUNNING';
    if (isUp && addresses.some(({ index, targets }) => targets.includes(item.transition.index) && typeof held.stateOf(index) === 'number')) ports.holdAgain();
    look();
  });
  failUnopened();
  look();
  return () => {
    failUnopened();
    look();
  };
};

const addressesOf = (plan: Plan): readonly Address[] => {
  const { processes } = plan;
  return heldAddresses(plan).flatMap(({ socket: { name } }, index) => {
    const targets = [...processes.keys()].filter((target) =>
      processes[target]?.service.activation?.startOn.some((trigger) => trigger.kind === 'socket' && trigger.name === name),
    );
    const isTaken = targets.some((target) => processes[target]?.service.activation?.acceptsConnections === true);
    return targets.length === 0 ? [] : [{ index, name, targets, isTaken }];
  });
};
