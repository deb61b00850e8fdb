/** A scenario for a plan: who is meant by its names, and what programs do that it says nothing about. */
import { nearest } from '../base/nearest.ts';
import { fail, succeed } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { processesNamed } from '../config/dependencies.ts';
import type { ProcessSpec } from '../config/model/model.ts';
import type { Plan } from '../world/plan.ts';
import type { Scenario, ScenarioProblem } from './scenario.ts';
import type { RunScript, Scripts } from './script.ts';

/** A oneshot that nothing is said about. */
const JOB_MS = 1000;

/** Names that nobody has are problems. */
export const cast = (plan: Plan, { behaviours, happenings }: Scenario): Result<Scripts, readonly ScenarioProblem[]> => {
  const named = [...behaviours, ...happenings.flatMap(({ what, line }) => ('name' in what ? [{ name: what.name, line }] : []))];
  const problems = named.flatMap(({ name, line }) => (indicesOf(plan, name).length > 0 ? [] : [{ line, message: unknown(plan, name) }]));
  if (problems.length > 0) return fail(problems);
  return succeed(
    plan.processes.map((spec, index) => {
      const own = behaviours.filter(({ name }) => indicesOf(plan, name).includes(index));
      const usual = own.filter(({ run }) => run === null).reduce((script, behaviour) => ({ ...script, ...behaviour.script }), {} as RunScript);
      const last = Math.max(0, ...own.map(({ run }) => run ?? 0));
      const scriptOf = (run: number): RunScript => completed(spec, own.find((each) => each.run === run)?.script ?? usual);
      return Array.from({ length: last + 1 }, (_, count) => scriptOf(count + 1));
    }),
  );
};

/** A process by its full name, or all of a program or group. */
export const indicesOf = (plan: Plan, name: string): readonly number[] => {
  const found = processesNamed(plan.model.groups, name);
  return [...plan.processes.keys()].filter((index) => found.some((spec) => spec === plan.processes[index]));
};

const unknown = (plan: Plan, name: string): string => {
  const near = nearest(
    name,
    plan.processes.map(({ program }) => program),
  );
  return `there is no program ${name} in the configuration${near === null ? '' : `; did you mean ${near}?`}`;
};

/** Ready at once, where it has to say so; a job does its work. */
const completed = ({ service }: ProcessSpec, script: RunScript): RunScript => {
  const { kind } = service.readyOn;
  const ready = kind === 'started' || kind === 'exit' ? {} : { readyAfterMs: 0 };
  const end = service.isOneshot ? { endsAfterMs: JOB_MS } : {};
  return { ...ready, ...end, ...script };
};
