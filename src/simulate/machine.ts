/**
 * A simulated init with scripted programs on a virtual clock, driving the real world step. Everything that happens is
 * an entry in one time-ordered queue; `run` handles them until nothing is left or the time is over. It also checks
 * what init would have to complain about: a run number used twice, a signal or a release for a run it does not know.
 */
import invariant from 'tiny-invariant';
import type { ExitStatus, ProcessEvent } from '../process/types.ts';
import type { Plan } from '../world/plan.ts';
import { planChange, replan } from '../world/replan.ts';
import type { RememberedRun } from '../world/restore.ts';
import type { World, WorldEffect, WorldEvent } from '../world/types.ts';
import { nextDeadlineMs, stepWorld } from '../world/world.ts';
import type { Observer, RunScript, Scripts } from './script.ts';

export type Machine = {
  readonly plan: Plan;
  readonly world: () => World;
  readonly nowMs: () => number;
  /** Steps the world now and performs the effects. */
  readonly feed: (event: WorldEvent) => void;
  /** Feeds it at a later time. */
  readonly schedule: (atMs: number, event: WorldEvent) => void;
  /** Does it at a later time. */
  readonly at: (atMs: number, act: () => void) => void;
  /** The main process of that index ends by itself, where there is one. */
  readonly endRun: (index: number, status: ExitStatus) => void;
  readonly run: (untilMs: number) => void;
  /** Puts another world in the place of the present one, as a takeover does. */
  readonly replaceWorld: (world: World) => void;
  readonly knownRuns: () => readonly RememberedRun[];
  readonly perform: (effect: WorldEffect) => void;
  /** While deaf, what init has to tell is lost, as when no supervisor lives. */
  readonly setDeaf: (isDeaf: boolean) => void;
};

type LiveRun = {
  index: number;
  run: number;
  pid: number;
  script: RunScript;
  isMainAlive: boolean;
  isGroupAlive: boolean;
  isReleased: boolean;
  /** Asked by a signal that it obeys, while the main process lives. */
  isRestDying: boolean;
  status: ExitStatus;
  startedAtMs: number;
  exitedAtMs: number;
};

type Scope = Extract<WorldEffect, { type: 'signal' }>['scope'];

/** What it leaves behind is in its process group: a simulated run has no strays. */
const reachesMain = (scope: Scope): boolean => scope === 'process' || scope === 'group' || scope === 'tree';
const reachesOthers = (scope: Scope): boolean => scope !== 'process' && scope !== 'strays';

const SIGKILL = 9;
const SPAWN_MS = 1;
const DEATH_MS = 1;

export const createMachine = (plan: Plan, world: World, scripts: Scripts, observer: Observer): Machine => {
  const queue: { atMs: number; order: number; act: () => void }[] = [];
  const runs = new Map<number, LiveRun>();
  /** Processes whose main process lives. */
  const isAlive = new Set<number>();
  const runCounts = new Map<number, number>();
  let now = 0;
  let order = 0;
  let current = world;
  let isDeaf = false;

  const later = (afterMs: number, act: () => void): void => {
    queue.push({ atMs: now + afterMs, order: order++, act });
  };
  const tell = (index: number, event: ProcessEvent): void => {
    hear({ type: 'process', index, event });
  };
  const hear = (event: WorldEvent): void => {
    if (!isDeaf) feed(event);
  };

  const feed = (event: WorldEvent): void => {
    observer.onEvent(now, event);
    const before = current;
    const result = stepWorld(plan, before, event, now);
    current = result.world;
    observer.onWorld(now, before, current, result.changes);
    for (const effect of result.effects) perform(effect);
  };

  const perform = (effect: WorldEffect): void => {
    observer.onEffect(now, effect);
    switch (effect.type) {
      case 'spawn':
        return spawn(effect.index, effect.run);
      case 'signal':
        return deliver(runOf(effect.run), effect.signal, effect.scope);
      case 'release':
        runOf(effect.run).isReleased = true;
        return;
      case 'forward':
        for (const live of effect.runs.map(runOf))
          if (!effect.isCaught || live.script.answers?.[effect.signal] !== undefined) deliver(live, effect.signal, 'group');
        return;
      case 'cancel': // what is asked for is executed at once here
        return;
      case 'drain':
        return later(1, () => hear({ type: 'outputDrained' }));
      case 'sweep':
        return later(1, () => hear({ type: 'swept' }));
      case 'notice':
      case 'announceStop':
      case 'exit':
      case 'reopenLogs':
        return;
      case 'reload':
        return feed({ type: 'reloadBegun', leaving: planChange(plan, plan, effect.isWhole).leaving, isWhole: effect.isWhole });
      case 'changePlan': {
        const { world: carried, fresh } = replan(plan, current, plan);
        current = carried;
        return feed({ type: 'planChanged', fresh });
      }
    }
  };

  const runOf = (number: number): LiveRun => {
    const run = runs.get(number);
    invariant(run !== undefined, `run ${number} is unknown to init`);
    return run;
  };

  const spawn = (index: number, run: number): void => {
    invariant(!runs.has(run), `run ${run} used twice`);
    invariant(!isAlive.has(index), `process ${index} is spawned while its last run lives`);
    const count = runCounts.get(index) ?? 0;
    runCounts.set(index, count + 1);
    const script = scripts[index]?.[count] ?? scripts[index]?.at(-1) ?? {};
    const failure = script.spawnFails;
    if (failure !== undefined) return later(SPAWN_MS, () => tell(index, { type: 'spawnFailed', run, ...failure }));
    const live: LiveRun = {
      index,
      run,
      pid: 0,
      script,
      isMainAlive: true,
      isGroupAlive: true,
      isReleased: false,
      isRestDying: false,
      status: { code: 0, signal: null, coreDumped: false },
      startedAtMs: now + SPAWN_MS,
      exitedAtMs: 0,
    };
    runs.set(run, live);
    isAlive.add(index);
    later(SPAWN_MS, () => {
      live.pid = 100 + run;
      tell(index, { type: 'spawned', run, pid: live.pid, atMs: now });
      if (script.readyAfterMs !== undefined) later(script.readyAfterMs, () => tell(index, { type: 'readinessReported', run }));
      if (script.endsAfterMs !== undefined) later(script.endsAfterMs, () => endMain(live, { code: script.code ?? 0, signal: null, coreDumped: false }));
    });
  };

  const endMain = (live: LiveRun, status: ExitStatus): void => {
    if (!live.isMainAlive) return;
    live.isMainAlive = false;
    isAlive.delete(live.index);
    live.isGroupAlive &&= live.script.leavesBehind !== undefined && !live.isRestDying;
    live.status = status;
    live.exitedAtMs = now;
    tell(live.index, { type: 'exited', run: live.run, status, groupEnded: !live.isGroupAlive, atMs: now });
  };

  const endOthers = (live: LiveRun): void => {
    if (!live.isGroupAlive || live.isMainAlive) return;
    live.isGroupAlive = false;
    tell(live.index, { type: 'groupEnded', run: live.run });
  };

  const deliver = (live: LiveRun, signal: number, scope: Scope): void => {
    const { answers, leavesBehind } = live.script;
    const answer = signal === SIGKILL ? undefined : answers?.[signal];
    if (live.isMainAlive && reachesMain(scope) && answer !== 'ignored') {
      const status = answer === undefined ? { code: -1, signal, coreDumped: false } : { code: answer.code, signal: null, coreDumped: false };
      later(answer?.afterMs ?? DEATH_MS, () => endMain(live, status));
    }
    if (reachesOthers(scope) && leavesBehind !== undefined && !leavesBehind.ignoring.includes(signal)) {
      live.isRestDying = true;
      later(DEATH_MS + 1, () => endOthers(live));
    }
  };

  const run = (untilMs: number): void => {
    for (let turns = 0; ; turns += 1) {
      invariant(turns < 1_000_000, 'the world does not come to rest');
      queue.sort((a, b) => b.atMs - a.atMs || b.order - a.order);
      const next = queue.at(-1)?.atMs ?? Number.POSITIVE_INFINITY;
      const deadline = (isDeaf ? null : nextDeadlineMs(current)) ?? Number.POSITIVE_INFINITY;
      if (Math.min(next, deadline) > untilMs) break;
      now = Math.max(now, Math.min(next, deadline));
      if (next <= deadline) queue.pop()?.act();
      else feed({ type: 'timePassed' });
    }
    now = Math.max(now, untilMs);
  };

  return {
    plan,
    feed,
    run,
    perform,
    world: () => current,
    nowMs: () => now,
    schedule: (atMs, event) => void queue.push({ atMs, order: order++, act: () => hear(event) }),
    at: (atMs, act) => void queue.push({ atMs, order: order++, act }),
    endRun: (index, status) => {
      // What follows may be the next run.
      const present = [...runs.values()].filter((live) => live.index === index);
      for (const live of present) endMain(live, status);
    },
    replaceWorld: (replacement) => {
      current = replacement;
    },
    setDeaf: (value) => {
      isDeaf = value;
    },
    knownRuns: () =>
      [...runs.values()]
        .filter((live) => live.pid !== 0 && !(live.isReleased && !live.isGroupAlive))
        .map((live) => ({
          run: live.run,
          pid: live.pid,
          running: live.isMainAlive,
          groupEnded: !live.isGroupAlive,
          status: live.status,
          startedAtMs: live.startedAtMs,
          exitedAtMs: live.exitedAtMs,
        })),
  };
};
