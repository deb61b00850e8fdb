/**
 * Setting processes in motion and waiting for where they get: what starting and stopping have in common. All checks come first, then one
 * order for all that passed them, then the waiting.
 */
import { succeed } from '../../base/result.ts';
import type { ProcessView } from '../../world/show/views.ts';
import type { ControlPort } from '../port.ts';
import type { Attempt } from './batch.ts';
import type { Outcome } from './faults.ts';
import type { Context } from './method.ts';
import type { Sight } from './waiting.ts';

export type Target = {
  readonly view: ProcessView;
  /** As the client wrote it: what faults tell. */
  readonly name: string;
};

export type Job = {
  /** Null: go on. */
  readonly check: (port: ControlPort, target: Target) => Outcome | null;
  readonly act: (port: ControlPort, indices: readonly number[]) => void;
  readonly decide: (sight: Sight, target: Target) => Outcome | null;
};

/** In the order of the targets. Without `wait` an outcome that is still open counts as good. */
export const runJob = ({ port, waiting }: Context, targets: readonly Target[], job: Job, wait: boolean): readonly Attempt[] => {
  const begun = targets.map((target) => {
    const refused = job.check(port, target);
    return { target, refused, wait: refused === null ? waiting.until(target.view.fullName, (sight) => job.decide(sight, target)) : null };
  });
  job.act(
    port,
    begun.flatMap((each) => (each.wait === null ? [] : each.target.view.index)),
  );
  const views = port.processes();
  return begun.map(({ target: { view }, refused, wait: waited }): Attempt => {
    if (waited === null) return { view, outcome: refused ?? succeed(true) };
    waited.look(sightOf(views, view));
    const known = waited.outcome();
    if (known !== null) return { view, outcome: known };
    if (wait) return { view, outcome: waited.done };
    waited.cancel();
    return { view, outcome: succeed(true) };
  });
};

/** Should the order have given every process another index, then it is for the next transition to tell. */
const sightOf = (views: readonly ProcessView[], { index, fullName }: ProcessView): Sight => {
  const now = views[index];
  return now?.fullName === fullName ? now : (views.find((view) => view.fullName === fullName) ?? null);
};
