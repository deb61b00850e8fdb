/** Stops what nobody is connected to any more (idle_stop): looks at each such run again and again, from its RUNNING on. */
import type { ListenRequest, Clock } from '../../kernel/kernel.ts';
import { fullName } from '../../world/plan.ts';
import type { Plan } from '../../world/plan.ts';
import type { World, WorldEvent } from '../../world/types.ts';
import { listenRequest } from '../listening.ts';
import type { News } from '../news.ts';

/** A connection that comes and goes between two looks is not seen: more looks than one in a while, and not too many. */
const LOOKS = 10;
const LEAST_PAUSE_MS = 250;
const MOST_PAUSE_MS = 5_000;

export type IdlePorts = {
  readonly clock: Clock;
  readonly watch: News['watch'];
  readonly plan: () => Plan;
  readonly world: () => World;
  readonly turn: (event: WorldEvent) => void;
  readonly notice: (level: 'info', text: string) => void;
  /** Null: it cannot be known. */
  readonly connections: (sockets: readonly ListenRequest[]) => number | null;
};

/** From now on; whoever runs already has its whole time again. */
export const stopIdle = (ports: IdlePorts): void => {
  const followed = new Set<number>();
  const follow = (index: number, run: number): void => {
    const idleMs = ports.plan().processes[index]?.service.activation?.idleStopMs ?? 0;
    if (idleMs === 0 || followed.has(run)) return;
    followed.add(run);
    followRun(ports, run, idleMs, () => void followed.delete(run));
  };
  ports.watch((item) => {
    if (item.type === 'transition' && item.transition.to === 'RUNNING') follow(item.transition.index, item.transition.run);
  });
  for (const [index, { name, run }] of ports.world().states.entries()) if (name === 'RUNNING') follow(index, run);
};

const followRun = (ports: IdlePorts, run: number, idleMs: number, whenOver: () => void): void => {
  const { clock } = ports;
  const pauseMs = Math.min(MOST_PAUSE_MS, Math.max(LEAST_PAUSE_MS, idleMs / LOOKS));
  let busyAtMs = clock.nowMs();
  const look = (): void => {
    // Another plan may have taken over meanwhile.
    const index = ports.world().states.findIndex((state) => state.run === run && state.name === 'RUNNING');
    const spec = ports.plan().processes[index];
    const sockets = spec?.service.activation?.sockets ?? [];
    if (spec === undefined) return whenOver();
    const now = clock.nowMs();
    if (ports.connections(sockets.flatMap((socket) => socket.addresses.map((address) => listenRequest(address, socket)))) !== 0) busyAtMs = now;
    if (now - busyAtMs < idleMs || ports.world().phase !== 'running') return void clock.at(now + pauseMs, look, true);
    whenOver();
    ports.notice('info', `stopping ${fullName(spec)}: nobody has been connected for ${idleMs / 1000} seconds (idle_stop)`);
    ports.turn({ type: 'commandRequested', verb: 'stop', targets: [index] });
  };
  void clock.at(busyAtMs + pauseMs, look, true);
};
