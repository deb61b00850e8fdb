/** Starts by the clock: waiting, jumps of the wall clock, overlaps, another plan. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScheduleSettings } from '../../../src/config/model/service-model.ts';
import type { NewsItem, PlanItem } from '../../../src/engine/news.ts';
import { keepSchedules } from '../../../src/engine/features/schedule.ts';
import type { Clock } from '../../../src/kernel/kernel.ts';
import { INITIAL_STATE } from '../../../src/process/initial-state.ts';
import { type Plan, makePlan } from '../../../src/world/plan.ts';
import { createWorld } from '../../../src/world/world.ts';
import { PLAIN_SERVICE, modelOf, specOf } from '../../simulate/specs.ts';

const planOf = (more: Partial<ScheduleSettings>, names = ['job']): Plan =>
  makePlan(
    modelOf(
      names.map((name) =>
        specOf(name, {
          service: { ...PLAIN_SERVICE, schedule: { pattern: '@hourly', timeZone: null, overlap: 'skip', jitterMs: 0, deadlineMs: 60_000, ...more } },
        }),
      ),
    ),
    { stopGroupsOneByOne: false },
  );
const HOUR = 3_600_000;

type Kept = { readonly fromMs: number; readonly isQueued: boolean };

/** `before`: what a predecessor has kept, and the run that it has begun by the wall clock. */
const bench = (first: Plan, before: { readonly kept?: Kept; readonly ranAtMs?: number; readonly wallMs?: number; readonly isRunning?: boolean } = {}) => {
  let now = 0;
  let wall = before.wallMs ?? 1000;
  let plan = first;
  let world = createWorld(plan);
  const { ranAtMs } = before;
  if (ranAtMs !== undefined) {
    const name = before.isRunning === true ? ('RUNNING' as const) : ('EXITED' as const);
    world = { ...world, states: world.states.map((state) => ({ ...state, name, run: 1, startedAtMs: ranAtMs })) };
  }
  const kept = new Map<number, Kept>();
  let timers: { at: number; callback: () => void }[] = [];
  const asked: string[] = [];
  const said: string[] = [];
  let news: (item: NewsItem) => void = () => {};
  let plans: (item: PlanItem) => void = () => {};
  const clock: Clock = {
    nowMs: () => now,
    at: (at, callback) => {
      const timer = { at, callback };
      timers.push(timer);
      return () => void (timers = timers.filter((each) => each !== timer));
    },
  };
  const self = {
    /** Both clocks go on; `jumpMs`: the wall clock alone. */
    pass: (ms: number, jumpMs = 0) => {
      wall += jumpMs;
      const end = now + ms;
      for (;;) {
        const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        wall += next.at - now;
        now = next.at;
        timers = timers.filter((each) => each !== next);
        next.callback();
      }
      wall += end - now;
      now = end;
      return self;
    },
    runs: (isRunning: boolean) => {
      world = { ...world, states: plan.processes.map(() => ({ ...INITIAL_STATE, name: isRunning ? ('RUNNING' as const) : ('EXITED' as const) })) };
      news({ type: 'transition', transition: { index: 0 } } as unknown as NewsItem);
      return self;
    },
    phase: (phase: typeof world.phase) => {
      world = { ...world, phase };
      return self;
    },
    change: (to: Plan) => {
      plan = to;
      world = createWorld(plan);
      plans({ type: 'plan', from: first, to, isWhole: false });
      return self;
    },
    count: (expected: number) => {
      assert.equal(asked.splice(0).length, expected);
      return self;
    },
    did: (...expected: readonly string[]) => {
      assert.deepEqual(asked.splice(0), expected);
      return self;
    },
    said: (...expected: readonly string[]) => {
      assert.deepEqual(said.splice(0), expected);
      return self;
    },
    waiting: () => timers.length,
    kept: () => [...kept.values()].at(-1),
  };
  keepSchedules({
    clock,
    wallMs: () => wall,
    nextTime: ({ pattern }, fromMs) => {
      const everyMs = pattern === 'often' ? 10_000 : HOUR;
      return pattern === 'never' ? null : (Math.floor(fromMs / everyMs) + 1) * everyMs;
    },
    watch: (listener) => {
      news = listener;
      return () => {};
    },
    watchPlans: (listener) => {
      plans = listener;
    },
    plan: () => plan,
    world: () => world,
    wallOf: (atMs) => atMs,
    kept: { read: () => before.kept ?? null, write: (_, tag, record) => void kept.set(tag, record) },
    turn: (event) => asked.push(event.type === 'commandRequested' ? `${event.verb} ${event.targets.join(' ')}` : event.type),
    notice: (level, text) => said.push(`${level}: ${text}`),
  });
  return self;
};

test('each time is waited for, in steps of a minute at most', () => {
  bench(planOf({}))
    .pass(HOUR - 1001)
    .did()
    .pass(1)
    .did('start 0')
    .pass(2 * HOUR)
    .did('start 0', 'start 0');
});

test('a machine that slept: one missed time is told, the ones between are not', () => {
  const slept = bench(planOf({})).pass(60_000, 5 * HOUR);
  slept
    .did()
    .said(`warn: schedule of job: missed: ${(5 * HOUR + 1000 + 60_000 - HOUR) / 1000} seconds late (schedule_deadline)`)
    .pass(HOUR)
    .did('start 0');
});

test('a clock that is set back is waited for again', () => {
  bench(planOf({}))
    .pass(HOUR - 61_000, -60_000)
    .did()
    .pass(60_000)
    .did()
    .pass(61_000)
    .did('start 0');
});

test('a clock that is set back by two minutes: every ten seconds goes on at once, none twice', () => {
  const often = bench(planOf({ pattern: 'often' }))
    .pass(HOUR)
    .count(360);
  // The wait under way ends in 10 s at the latest; then each new time once.
  often.pass(60_000, -120_000).count(5).pass(60_000).count(6).said();
  // The same with the old time: it comes again as any other.
  often.pass(60_000).count(6);
});

test('a clock that is set back behind the time that just came: it does not come again', () => {
  bench(planOf({}))
    .pass(HOUR)
    .did('start 0')
    .pass(HOUR / 2, -120_000)
    .did()
    .pass(HOUR / 2)
    .did()
    .pass(120_000)
    .did('start 0')
    .said();
});

test('a clock that was a year ahead: the next hour comes, not the one of next year', () => {
  const YEAR = 8760 * HOUR;
  bench(planOf({}))
    .pass(60_000, YEAR)
    .said(`warn: schedule of job: missed: ${(YEAR + 61_000 - HOUR) / 1000} seconds late (schedule_deadline)`)
    .pass(HOUR)
    .did('start 0')
    .pass(HOUR, -YEAR)
    .did('start 0')
    .pass(HOUR)
    .did('start 0');
});

test('set back while the wait by jitter is under way: the time is kept', () => {
  const late = bench(planOf({ jitterMs: 600_000 })).pass(HOUR, -5000);
  late.pass(600_000 + 5000).did('start 0');
});

test('overlaps: skipped, replaced, queued until the end', () => {
  bench(planOf({})).runs(true).pass(HOUR).did().said('warn: schedule of job: skipped: the run before has not ended');
  bench(planOf({ overlap: 'replace' }))
    .runs(true)
    .pass(HOUR)
    .did('restart 0')
    .said('info: schedule of job: replacing the run before, which has not ended');
  const queued = bench(planOf({ overlap: 'queue' }))
    .runs(true)
    .pass(HOUR)
    .did()
    .said('info: schedule of job: queued: the run before has not ended');
  queued.runs(true).did().runs(false).did('start 0').runs(false).did();
});

test('a pattern that never comes, a stop under way, and another plan', () => {
  assert.equal(bench(planOf({ pattern: 'never' })).waiting(), 0);
  bench(planOf({})).phase('stopping').pass(HOUR).did();
  const changed = bench(planOf({}));
  changed
    .change(planOf({}, []))
    .pass(2 * HOUR)
    .did();
  assert.equal(changed.waiting(), 0);
  changed
    .change(planOf({}, ['a', 'b']))
    .pass(HOUR)
    .did('start 0', 'start 1');
});

test('a time that came while there was no supervisor: run late, once', () => {
  const kept = { fromMs: HOUR - 10, isQueued: false };
  const taken = bench(planOf({}), { kept, wallMs: HOUR + 30_000 });
  taken.did('start 0');
  assert.deepEqual(taken.kept(), { fromMs: HOUR + 30_000, isQueued: false });
  taken
    .pass(HOUR - 30_001)
    .did()
    .pass(1)
    .did('start 0');
});

test('later than schedule_deadline: told as missed, once', () => {
  bench(planOf({}), { kept: { fromMs: HOUR - 10, isQueued: false }, wallMs: HOUR + 61_000 })
    .did()
    .said('warn: schedule of job: missed: 61 seconds late (schedule_deadline)')
    .pass(HOUR - 61_000)
    .did('start 0')
    .said();
});

test('a predecessor that could still begin the run, but not say so: none twice', () => {
  const kept = { fromMs: HOUR - 10, isQueued: false };
  bench(planOf({}), { kept, wallMs: HOUR + 2000, ranAtMs: HOUR + 3 })
    .did()
    .said();
  bench(planOf({}), { kept, wallMs: HOUR + 2000, ranAtMs: HOUR + 3, isRunning: true })
    .did()
    .said();
  bench(planOf({}), { kept, wallMs: HOUR + 2000, ranAtMs: HOUR - 5000 }).did('start 0');
});

test('a run that waited for the end of the one before still follows', () => {
  const kept = { fromMs: HOUR, isQueued: true };
  bench(planOf({ overlap: 'queue' }), { kept, wallMs: HOUR + 10, ranAtMs: 5 }).did('start 0');
  bench(planOf({ overlap: 'queue' }), { kept, wallMs: HOUR + 10, ranAtMs: 5, isRunning: true })
    .did()
    .runs(false)
    .did('start 0');
});

test('a clock that was set back meanwhile is not waited for', () => {
  bench(planOf({ pattern: 'often' }), { kept: { fromMs: HOUR, isQueued: false }, wallMs: 1000 })
    .pass(9000)
    .did('start 0');
});

test('a time that comes while another configuration is taken over is dealt with when that has happened', () => {
  const plan = planOf({});
  const changing = bench(plan)
    .phase('reloading')
    .pass(HOUR + 5000)
    .did()
    .said();
  changing.change(plan).did('start 0');
  changing
    .change(planOf({ pattern: 'often' }))
    .did()
    .pass(10_000)
    .did('start 0');
});
