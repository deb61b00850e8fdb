/** Random lives of whole containers: programs that depend on each other, limits of the whole, an operator, supervisors that die. */
import fc from 'fast-check';
import type { ExitPolicy, ProcessSpec, StopScopes, SupervisorSpec } from '../../src/config/model/model.ts';
import type { Dependency, ReadyOn } from '../../src/config/model/service-model.ts';
import { makePlan, type Plan } from '../../src/world/plan.ts';
import type { WorldEvent } from '../../src/world/types.ts';
import type { RunScript } from '../../src/simulate/script.ts';
import { modelOf, PLAIN_SERVICE, specOf } from './specs.ts';

const PLAIN = { noNullPrototype: true } as const;
const MOST_PROGRAMS = 6;

const script: fc.Arbitrary<RunScript> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ spawnFails: { reason: 'no such file', exitCode: 127 } }) },
  {
    weight: 8,
    arbitrary: fc.record(
      {
        endsAfterMs: fc.constantFrom(60, 400, 1500, 7000, 100_000),
        readyAfterMs: fc.constantFrom(5, 800, 4000),
        code: fc.constantFrom(0, 0, 1, 2, 143),
        answers: fc.constantFrom({}, { 15: 'ignored' as const }, { 15: { afterMs: 900, code: 0 } }, { 15: { afterMs: 5, code: 9 } }),
        leavesBehind: fc.constantFrom({ ignoring: [] }, { ignoring: [15] }),
      },
      { requiredKeys: [], ...PLAIN },
    ),
  },
);

/** `on`: only programs before it, so that there are no circles. */
const dependency = fc.record(
  { on: fc.nat({ max: MOST_PROGRAMS - 1 }), condition: fc.constantFrom<Dependency['condition']>('started', 'ready', 'completed'), isSoft: fc.boolean() },
  PLAIN,
);

const program = fc.record(
  {
    spec: fc.record<Partial<ProcessSpec>>(
      {
        priority: fc.integer({ min: 1, max: 3 }),
        autostart: fc.constantFrom(true, true, false),
        startMs: fc.constantFrom(0, 1000),
        startRetries: fc.integer({ min: 0, max: 2 }),
        autorestart: fc.constantFrom('always', 'unexpected', 'never'),
        exitCodes: fc.constantFrom([0], [0, 2]),
        stopWaitMs: fc.constantFrom(0, 1000, 3000, 30_000),
        stopScopes: fc.constantFrom<StopScopes>(
          { signal: 'process', wait: 'tree', kill: 'tree', later: 'group', wakes: true },
          { signal: 'group', wait: 'group', kill: 'group' },
          { signal: 'process', wait: 'process', kill: 'process' },
        ),
        essential: fc.boolean(),
      },
      PLAIN,
    ),
    readyOn: fc.constantFrom<ReadyOn>({ kind: 'started' }, { kind: 'exit' }, { kind: 'log', pattern: 'up' }),
    readyTimeoutMs: fc.constantFrom(0, 2000),
    dependsOn: fc.array(dependency, { maxLength: 2 }),
    onDependencyFailure: fc.constantFrom('stop', 'ignore', 'fatal'),
    onFailure: fc.constantFrom('restart', 'restart', 'ignore', 'stop-all'),
    successStopsAll: fc.constantFrom(false, false, false, true),
    scripts: fc.array(script, { minLength: 1, maxLength: 4 }),
  },
  PLAIN,
);

const operator: fc.Arbitrary<WorldEvent> = fc.record(
  {
    type: fc.constant('commandRequested'),
    verb: fc.constantFrom('start', 'stop', 'restart'),
    targets: fc.array(fc.nat({ max: MOST_PROGRAMS - 1 }), { maxLength: 3 }),
  },
  PLAIN,
);

export const serviceLife = fc.record(
  {
    programs: fc.array(program, { minLength: 1, maxLength: MOST_PROGRAMS }),
    supervisor: fc.record<Partial<SupervisorSpec>>(
      {
        exitPolicy: fc.constantFrom<ExitPolicy>('never', 'any', 'all', 'essential'),
        stopWindowMs: fc.constantFrom(null, 1000, 5000, 10_000, 30_000),
        drainDelayMs: fc.constantFrom(0, 0, 500, 20_000),
        crashBudget: fc.constantFrom(null, null, { count: 0, periodMs: 1000 }, { count: 3, periodMs: 4000 }),
        startTimeoutMs: fc.constantFrom(0, 0, 1500, 6000),
        parallelStart: fc.constantFrom(0, 0, 1, 2),
      },
      PLAIN,
    ),
    hasControl: fc.boolean(),
    events: fc.array(fc.tuple(fc.integer({ min: 0, max: 12_000 }), operator), { maxLength: 6 }),
    /** When a supervisor dies and another one goes on at once. */
    takeovers: fc.array(fc.integer({ min: 1, max: 15_000 }), { maxLength: 3 }),
    stopAtMs: fc.integer({ min: 0, max: 12_000 }),
  },
  PLAIN,
);

export type ServiceLife = typeof serviceLife extends fc.Arbitrary<infer T> ? T : never;

export const planOfLife = ({ programs, supervisor, hasControl }: ServiceLife): { readonly plan: Plan; readonly scripts: readonly (readonly RunScript[])[] } => {
  const specs = programs.map((given, index) => {
    const { spec, readyOn, readyTimeoutMs, onDependencyFailure, onFailure, successStopsAll } = given;
    const dependsOn = given.dependsOn.filter(({ on }) => on < index).map(({ on, ...rest }): Dependency => ({ name: `p${on}`, ...rest }));
    return specOf(`p${index}`, {
      ...spec,
      service: { ...PLAIN_SERVICE, readyOn, readyTimeoutMs, dependsOn, onDependencyFailure, onFailure, successStopsAll },
    });
  });
  const model = modelOf(specs, 'never', hasControl);
  const plan = makePlan({ ...model, supervisor: { ...model.supervisor, ...supervisor } }, { stopGroupsOneByOne: false });
  return { plan, scripts: plan.processes.map(({ name }) => programs[Number(name.slice(1))]?.scripts ?? []) };
};
