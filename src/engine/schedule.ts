/**
 * Starts by the clock: for each program with a schedule the next time is waited for, and what its coming means is decided in
 * services/schedule.ts. The wall clock may jump: nothing is waited for longer than a minute at once, and
 * when it has been set back the next time is planned anew.
 */
import type { ScheduleSettings } from '../config/service-model.ts';
import type { Clock } from '../kernel/kernel.ts';
import { fullName } from '../services/plan.ts';
import type { Plan } from '../services/plan.ts';
import { isAtRest } from '../services/rest.ts';
import { decideRun, jitterOf } from '../services/schedule.ts';
import type { World, WorldEvent } from '../services/types.ts';
import type { News } from './news.ts';

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
  readonly notice: (level: 'warn' | 'info', text: string) => void;
};

const LONGEST_WAIT_MS = 60_000;

/** A clock that is slowed down to be corrected does not go back by so much between two looks. */
const SET_BACK_MS = 1000;

/** From now on, for the plan in force and those after it. */
export const keepSchedules = (ports: SchedulePorts): void => {
  let timers: readonly Timer[] = [];
  const begin = (plan: Plan): void => {
    for (const timer of timers) timer.end();
    timers = plan.processes.flatMap(({ service }, index) => (service.schedule === null ? [] : [keepSchedule(ports, index, service.schedule)]));
  };
  ports.watchPlans(({ to }) => begin(to));
  ports.watch((item) => {
    if (item.type === 'transition') for (const timer of timers) if (timer.index === item.transition.index) timer.onTransition();
  });
  begin(ports.plan());
};

type Timer = { readonly index: number; readonly onTransition: () => void; readonly end: () => void };

const keepSchedule = (ports: SchedulePorts, index: number, settings: ScheduleSettings): Timer => {
  const { clock, wallMs } = ports;
  let stop = (): void => {};
  let isQueued = false;
  let isOver = false;
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

  const come = (timeMs: number): void => {
    const present = state();
    if (present === undefined || ports.world().phase !== 'running') return;
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

  const wait = (fromMs: number): void => {
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
      cameMs = timeMs;
      come(timeMs);
      // Times that passed while the machine slept are not made up for one by one.
      wait(Math.max(timeMs, wallMs() - jitterOf(settings, index, timeMs)));
    };
    look();
  };

  wait(wallMs());
  return {
    index,
    onTransition: () => {
      const present = state();
      if (!isQueued || present === undefined || !isAtRest(present)) return;
      isQueued = false;
      start('start');
    },
    end: () => {
      isOver = true;
      stop();
    },
  };
};
