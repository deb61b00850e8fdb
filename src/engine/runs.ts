/** Runs as init knows them: which process each belongs to, how it is asked for, read and let go. Decides nothing. */
import type { ProcessSpec } from '../config/model/model.ts';
import type { Kernel, KernelEvent, KnownRun, RunStreams, SpawnRequest } from '../kernel/kernel.ts';
import type { Plan } from '../world/plan.ts';
import type { RunEffect } from '../world/restore.ts';
import type { World, WorldEvent } from '../world/types.ts';
import type { BaseEnvironment } from './environment.ts';
import type { ConfinementPort, NotificationPort, OutputPort } from './ports.ts';
import type { PidFiles } from './features/pid-files.ts';
import { createSockets } from './features/sockets.ts';
import { type FoundLimits, type Terminals, ownerOf, ownRequest, spawnDefaults, spawnRequest } from './spawn.ts';

/** As a shell says of a program that it cannot execute. */
const REFUSED = 126;

export type RunsParts = {
  readonly pidFiles: Pick<PidFiles, 'aim' | 'stopping'>;
  readonly kernel: Kernel;
  readonly output: OutputPort;
  readonly notifications: NotificationPort;
  readonly confinement: ConfinementPort;
  readonly environment: BaseEnvironment;
  /** Programs' limits as init found them. */
  readonly limits: FoundLimits;
  readonly terminals: Terminals;
  /** Hears of starts that init is not even asked for. */
  readonly dispatch: (event: WorldEvent) => void;
  /** Something to be said when what is done is done. */
  readonly sayInfo: (text: string) => void;
};

export type Runs = {
  readonly requestOf: (index: number, run: number) => SpawnRequest | null;
  /** For a command of tsinit's own. */
  readonly ownRequest: () => SpawnRequest;
  readonly spawn: (index: number, run: number) => void;
  readonly perform: (effect: RunEffect) => void;
  /** Null: nobody's, or one of long ago. */
  readonly indexOf: (run: number) => number | null;
  readonly spawned: (index: number, event: Extract<KernelEvent, { readonly type: 'spawned' }>) => void;
  readonly spawnFailed: (run: number) => void;
  /** Another plan's indices count; runs of processes that are not in it are nobody's. */
  readonly renumber: (to: Plan, moved: ReadonlyMap<number, number>) => void;
  /** A successor's. `processOf` names the process of a run that is over and was still being read. */
  readonly adopt: (known: readonly KnownRun[], processOf: (run: number) => number | null) => void;
};

export const createRuns = (first: Plan, world: () => World, parts: RunsParts): Runs => {
  const { kernel, pidFiles, output, notifications, confinement, environment, limits, terminals, sayInfo, dispatch } = parts;
  let plan = first;
  let defaults = spawnDefaults(plan, limits, terminals);
  let indexOfRun = new Map<number, number>();
  const sockets = createSockets(() => plan.model.groups);
  const say = (text: string | null): void => {
    if (text !== null) sayInfo(text);
  };
  for (const [index, state] of world().states.entries()) if (state.run !== 0) indexOfRun.set(state.run, index);

  const openNotifications = (run: number, spec: ProcessSpec): string | null => notifications.open(run, spec, ownerOf(spec, defaults));
  const closeSockets = (run: number): void => {
    say(sockets.ended(run));
    notifications.close(run);
  };

  const attach = (index: number, run: number, spec: ProcessSpec, streams: RunStreams, pid: number): void => {
    output.attach(index, run, spec, streams, pid);
    confinement.follow(spec);
    if (streams.ready !== undefined) notifications.attach(run, streams.ready);
  };

  const refuse = (index: number, run: number, reason: string): void =>
    dispatch({ type: 'process', index, event: { type: 'spawnFailed', run, reason, exitCode: REFUSED } });
  /** What a stop, or the end before a restart, leaves behind. What lives on when a program has ended by itself may be what it was there for. */
  const clearGroup = (run: number): void => {
    const index = indexOfRun.get(run);
    const spec = index === undefined ? undefined : plan.processes[index];
    if (index !== undefined && spec !== undefined && spec.stopScopes.kill !== 'process' && world().states[index]?.name !== 'EXITED') confinement.clear(spec);
  };

  const requestOf = (index: number, run: number): SpawnRequest | null => {
    const spec = plan.processes[index];
    return spec === undefined ? null : spawnRequest(spec, run, environment, defaults);
  };

  return {
    requestOf,
    ownRequest: () => ownRequest(environment, defaults),
    spawn: (index, run) => {
      const spec = plan.processes[index];
      if (spec === undefined) return;
      indexOfRun.set(run, index);
      const group = confinement.enter(spec);
      if (group?.ok === false) return refuse(index, run, group.error);
      say(sockets.spawning(spec, run));
      const request = spawnRequest(spec, run, environment, defaults, openNotifications(run, spec));
      kernel.spawn(group === null ? request : { ...request, attributes: { ...request.attributes, controlGroup: group.value } });
    },
    perform: (effect) => {
      if (effect.type === 'signal') {
        pidFiles.aim(effect.run);
        kernel.kill(effect.run, effect.signal, effect.scope, effect.wakes);
        if (effect.isStop === true) pidFiles.stopping(effect.run);
        return;
      }
      if (effect.type === 'cancel') return kernel.cancel(effect.run);
      closeSockets(effect.run);
      clearGroup(effect.run);
      output.finish(effect.run, () => {
        indexOfRun.delete(effect.run);
        kernel.release(effect.run);
        kernel.flush();
      });
    },
    indexOf: (run) => indexOfRun.get(run) ?? null,
    spawned: (index, { run, pid, streams }) => {
      const spec = plan.processes[index];
      if (spec !== undefined) attach(index, run, spec, streams, pid);
    },
    spawnFailed: closeSockets,
    renumber: (to, moved) => {
      plan = to;
      defaults = spawnDefaults(plan, limits, terminals);
      indexOfRun = new Map([...indexOfRun].flatMap(([run, index]) => (moved.has(index) ? [[run, moved.get(index) ?? index] as const] : [])));
      output.renumber(moved);
    },
    adopt: (known, processOf) => {
      for (const { run, pid, running, isLaunching, streams } of known) {
        const index = indexOfRun.get(run) ?? processOf(run);
        const spec = index === null ? undefined : plan.processes[index];
        if (index === null || spec === undefined) continue;
        if (running) {
          sockets.spawning(spec, run);
          openNotifications(run, spec);
        }
        if (isLaunching !== true) attach(index, run, spec, streams, pid);
      }
    },
  };
};
