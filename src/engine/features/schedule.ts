/**
 * Starts by the clock: for each program with a schedule the next time is waited for, and what its coming means is decided in
 * world/triggers/schedule.ts. The wall clock may jump: nothing is waited for longer than a minute at once, and
 * when it has been set back the next time is planned anew. Up to when times have been dealt with is kept, so that a time that comes while
 * there is no supervisor, or while another configuration is being taken over, is dealt with afterwards: run late, or told.
 */
import type { ScheduleSettings } from '../../config/model/service-model.ts';
import type { ScheduleBox, ScheduleRecord } from '../../kernel/box/schedule-box.ts';
import type { Clock } from '../../kernel/kernel.ts';
import { fullName } from '../../world/plan.ts';
import type { Plan } from '../../world/plan.ts';
import { isAtRest } from '../../world/stop/rest.ts';
import { decideRun, hasBegunSince, jitterOf } from '../../world/triggers/schedule.ts';
import type { World, WorldEvent } from '../../world/types.ts';
import type { News } from '../news.ts';

export type SchedulePorts = {
  readonly clock: Clock;
  readonly wallMs: () => number;
  /** The first time after `fromMs` (both since the epoch); null: never again, or the pattern makes no sense here, which has been said. */
  readonly nextTime: (settings: ScheduleSettings, fromMs: number) => number | null;
  readonly watch: News['watch'];
  readonly watchPlans: News['watchPlans'];
  readonly plan: () => Plan;
  readonly world: () => World;
  readonly turn: (event: WorldEvent) => void;
  /** Of an instant in a process's state. */
  readonly wallOf: (atMs: number) => number;
  /** What a predecessor has kept, and what is kept for a successor. `tag`: of program and pattern. */
  readonly kept: ScheduleBox;
  readonly notice: (level: 'warn' | 'info', text: string) => void;
};

const LONGEST_WAIT_MS = 60_000;

/** A clock that is slowed down to be corrected does not go back by so much between two looks. */
const SET_BACK_MS = 1000;

/** From now on, for the plan in force and those after it. */
export const keepSchedules = (ports: SchedulePorts): void => {
  let timers: readonly Timer[] = [];
  let known: (index: number, tag: number) => ScheduleRecord | null = ports.kept.read;
  const begin = (plan: Plan): void => {
    for (const timer of timers) timer.end();
    timers = plan.processes.flatMap((spec, index) => {
      const { schedule } = spec.service;
      if (schedule === null) return [];
      const tag = tagOf(`${fullName(spec)} ${JSON.stringify(schedule)}`);
      return [keepSchedule(ports, { index, tag, settings: schedule, kept: known(index, tag) })];
    });
    const present = timers;
    known = (_, tag) => present.find((timer) => timer.tag === tag)?.kept() ?? null;
  };
  ports.watchPlans(({ to }) => begin(to));
  ports.watch((item) => {
    if (item.type === 'transition') for (const timer of timers) if (timer.index === item.transition.index) timer.onTransition();
  });
  begin(ports.plan());
};

type Timer = {
  readonly index: number;
  readonly tag: number;
  readonly kept: () => ScheduleRecord;
  readonly onTransition: () => void;
  readonly end: () => void;
};

/** FNV-1a, but never 0. */
const tagOf = (text: string): number => {
  let hash = 0x811c_9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x0100_0193) >>> 0;
  return hash === 0 ? 1 : hash;
};

type Schedule = { readonly index: number; readonly tag: number; readonly settings: ScheduleSettings; readonly kept: ScheduleRecord | null };

const keepSchedule = (ports: SchedulePorts, { index, tag, settings, kept }: Schedule): Timer => {
  const { clock, wallMs } = ports;
  let stop = (): void => {};
  let isQueued = kept?.isQueued === true;
  let isOver = false;
  /** Times up to this one are dealt with. A clock that has been set back since is not waited for. */
  let fromMs = Math.min(kept?.fromMs ?? Number.POSITIVE_INFINITY, wallMs());
  /** The first time may have been dealt with by a predecessor that could not say so any more. */
  let isInherited = kept !== null;
  /** The last time that came. */
  let cameMs = -Infinity;
  /** How far the wall clock was ahead of the one that never jumps, at the last look. */
  let aheadMs = wallMs() - clock.nowMs();

  const state = () => ports.world().states[index];
  const say = (level: 'warn' | 'info', text: string): void => {
    const spec = ports.plan().processes[index];
    if (spec !== undefined) ports.notice(level, `schedule of ${fullName(spec)}: ${text}`);
  };
  const start = (verb: 'start' | 'restart'): void => ports.turn({ type: 'commandRequested', verb, targets: [index] });

  const keep = (): void => ports.kept.write(index, tag, { fromMs, isQueued });

  const come = (timeMs: number): void => {
    const present = state();
    const isDone = isInherited && present !== undefined && hasBegunSince(present, ports.wallOf(present.startedAtMs), timeMs);
    isInherited = false;
    if (present === undefined || isDone || ports.world().phase !== 'running') return;
    const decision = decideRun(settings, present, wallMs() - timeMs, isQueued);
    if (decision.kind === 'start') return start('start');
    say(decision.kind === 'skip' ? 'warn' : 'info', decision.reason);
    if (decision.kind === 'restart') start('restart');
    if (decision.kind === 'queue') isQueued = true;
  };

  /**
   * The clock has been set back: a schedule that comes often goes on from the new time at once. Where the last time is the
   * only one to come again, as for a daily one and a correction by minutes, it is not run a second time.
   */
  const planFrom = (presentMs: number): number => (ports.nextTime(settings, presentMs) === cameMs ? cameMs : presentMs);

  const wait = (afterMs: number): void => {
    fromMs = afterMs;
    keep();
    const timeMs = ports.nextTime(settings, fromMs);
    if (timeMs === null) return;
    const dueMs = timeMs + jitterOf(settings, index, timeMs);
    const look = (): void => {
      if (isOver) return;
      const presentMs = wallMs();
      const wentBack = presentMs - clock.nowMs() < aheadMs - SET_BACK_MS;
      aheadMs = presentMs - clock.nowMs();
      if (wentBack && presentMs < timeMs) return wait(planFrom(presentMs));
      const leftMs = dueMs - presentMs;
      if (leftMs > 0) {
        stop = clock.at(clock.nowMs() + Math.min(leftMs, LONGEST_WAIT_MS), look);
        return;
      }
      // What takes the plan's place goes on from here.
      if (isChanging(ports.world())) return;
      cameMs = timeMs;
      come(timeMs);
      // Times that passed while the machine slept are not made up for one by one.
      wait(Math.max(timeMs, wallMs() - jitterOf(settings, index, timeMs)));
    };
    look();
  };

  const startQueued = (): void => {
    const present = state();
    if (!isQueued || present === undefined || !isAtRest(present) || ports.world().phase !== 'running') return;
    isQueued = false;
    keep();
    start('start');
  };

  startQueued();
  wait(fromMs);
  return {
    index,
    tag,
    kept: () => ({ fromMs, isQueued }),
    onTransition: startQueued,
    end: () => {
      isOver = true;
      stop();
    },
  };
};

/** Is it about to be replaced by another configuration? */
const isChanging = ({ phase }: World): boolean => phase === 'reloading' || phase === 'restarting';
