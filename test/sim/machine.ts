/**
 * A simulated init with scripted programs on a virtual clock, driving the real world step. Everything that happens is
 * an entry in one time-ordered queue; `run` handles them until nothing is left or the time is over. It also checks
 * what init would have to complain about: a run number used twice, a signal or a release for a run it does not know.
 */
import assert from 'node:assert/strict';
import type { ExitStatus, ProcessEvent } from '../../src/process/types.ts';
import type { Plan } from '../../src/services/plan.ts';
import { planChange, replan } from '../../src/services/replan.ts';
import type { RememberedRun } from '../../src/services/restore.ts';
import type { World, WorldEffect, WorldEvent } from '../../src/services/types.ts';
import { nextDeadlineMs, stepWorld } from '../../src/services/world.ts';

/** What a program does in one of its runs. Any signal it says nothing about ends it, after a millisecond. */
export type RunScript = {
  readonly spawnFails?: { readonly reason: string; readonly exitCode: number };
  /** Ends by itself after so long. */
  readonly endsAfterMs?: number;
  /** With which code. */
  readonly code?: number;
  /** Its answer to signals: an exit with a code after a while, or nothing at all. */
  readonly answers?: Readonly<Record<number, { readonly afterMs: number; readonly code: number } | 'ignored'>>;
  /** Others in its process group outlive it until a signal (but for these) reaches the group. */
  readonly leavesBehind?: { readonly ignoring: readonly number[] };
};

/** By process index: one script for each run, the last one for all further runs. */
export type Scripts = readonly (readonly RunScript[])[];

export type Machine = {
  readonly plan: Plan;
  readonly world: () => World;
  readonly nowMs: () => number;
  /** Steps the world now and performs the effects. */
  readonly feed: (event: WorldEvent) => void;
  /** Feeds it at a later time. */
  readonly schedule: (atMs: number, event: WorldEvent) => void;
  readonly run: (untilMs: number) => void;
  /** Puts another world in the place of the present one, as a takeover does. */
  readonly replaceWorld: (world: World) => void;
  readonly knownRuns: () => readonly RememberedRun[];
  readonly perform: (effect: WorldEffect) => void;
  /** While deaf, what init has to tell is lost, as when no supervisor lives. */
  readonly setDeaf: (isDeaf: boolean) => void;
};

export type Observer = {
  readonly onEvent: (nowMs: number, event: WorldEvent) => void;
  readonly onEffect: (nowMs: number, effect: WorldEffect) => void;
  readonly onWorld: (nowMs: number, before: World, after: World) => void;
};

type LiveRun = {
  index: number;
  run: number;
  pid: number;
  script: RunScript;
  isMainAlive: boolean;
  isGroupAlive: boolean;
  isReleased: boolean;
  status: ExitStatus;
  startedAtMs: number;
  exitedAtMs: number;
};

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
    if (!isDeaf) feed({ type: 'process', index, event });
  };

  const feed = (event: WorldEvent): void => {
    observer.onEvent(now, event);
    const before = current;
    const result = stepWorld(plan, before, event, now);
    current = result.world;
    observer.onWorld(now, before, current);
    for (const effect of result.effects) perform(effect);
  };

  const perform = (effect: WorldEffect): void => {
    observer.onEffect(now, effect);
    switch (effect.type) {
      case 'spawn':
        return spawn(effect.index, effect.run);
      case 'signal':
        return deliver(runOf(effect.run), effect.signal, effect.scope === 'group');
      case 'release':
        runOf(effect.run).isReleased = true;
        return;
      case 'forward':
        for (const run of effect.runs) deliver(runOf(run), effect.signal, true);
        return;
      case 'drain':
        return later(1, () => {
          if (!isDeaf) feed({ type: 'outputDrained' });
        });
      case 'sweep':
        return later(1, () => {
          if (!isDeaf) feed({ type: 'swept' });
        });
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
    assert.ok(run, `run ${number} is unknown to init`);
    return run;
  };

  const spawn = (index: number, run: number): void => {
    assert.ok(!runs.has(run), `run ${run} used twice`);
    assert.ok(!isAlive.has(index), `process ${index} is spawned while its last run lives`);
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
      status: { code: 0, signal: null, coreDumped: false },
      startedAtMs: now + SPAWN_MS,
      exitedAtMs: 0,
    };
    runs.set(run, live);
    isAlive.add(index);
    later(SPAWN_MS, () => {
      live.pid = 100 + run;
      tell(index, { type: 'spawned', run, pid: live.pid, atMs: now });
      if (script.endsAfterMs !== undefined) later(script.endsAfterMs, () => endMain(live, { code: script.code ?? 0, signal: null, coreDumped: false }));
    });
  };

  const endMain = (live: LiveRun, status: ExitStatus): void => {
    if (!live.isMainAlive) return;
    live.isMainAlive = false;
    isAlive.delete(live.index);
    live.isGroupAlive &&= live.script.leavesBehind !== undefined;
    live.status = status;
    live.exitedAtMs = now;
    tell(live.index, { type: 'exited', run: live.run, status, groupEnded: !live.isGroupAlive, atMs: now });
  };

  const endOthers = (live: LiveRun): void => {
    if (!live.isGroupAlive || live.isMainAlive) {
      live.isGroupAlive &&= live.isMainAlive;
      return;
    }
    live.isGroupAlive = false;
    tell(live.index, { type: 'groupEnded', run: live.run });
  };

  const deliver = (live: LiveRun, signal: number, isGroup: boolean): void => {
    const { answers, leavesBehind } = live.script;
    const answer = signal === SIGKILL ? undefined : answers?.[signal];
    if (live.isMainAlive && answer !== 'ignored') {
      const status = answer === undefined ? { code: -1, signal, coreDumped: false } : { code: answer.code, signal: null, coreDumped: false };
      later(answer?.afterMs ?? DEATH_MS, () => endMain(live, status));
    }
    if (isGroup && leavesBehind !== undefined && !leavesBehind.ignoring.includes(signal)) later(DEATH_MS + 1, () => endOthers(live));
  };

  const run = (untilMs: number): void => {
    for (let turns = 0; ; turns += 1) {
      assert.ok(turns < 1_000_000, 'the world does not come to rest');
      queue.sort((a, b) => b.atMs - a.atMs || b.order - a.order);
      const next = queue.at(-1)?.atMs ?? Number.POSITIVE_INFINITY;
      const deadline = (isDeaf ? null : nextDeadlineMs(current)) ?? Number.POSITIVE_INFINITY;
      if (Math.min(next, deadline) > untilMs) break;
      now = Math.max(now, Math.min(next, deadline));
      if (next <= deadline) queue.pop()?.act();
      else feed({ type: 'timePassed' });
    }
    now = Math.max(now, Number.isFinite(untilMs) ? untilMs : now);
  };

  return {
    plan,
    feed,
    run,
    perform,
    world: () => current,
    nowMs: () => now,
    schedule: (atMs, event) => {
      queue.push({
        atMs,
        order: order++,
        act: () => {
          if (!isDeaf) feed(event);
        },
      });
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
          groupEnded: !live.isGroupAlive && !live.isMainAlive,
          status: live.status,
          startedAtMs: live.startedAtMs,
          exitedAtMs: live.exitedAtMs,
        })),
  };
};
