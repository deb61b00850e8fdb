/**
 * The same for many processes: one result for each, first those that were known at once, then in the order in which they came to an end.
 */
import { succeed } from '../../base/result.ts';
import type { ProcessView } from '../../world/show/views.ts';
import type { Struct } from '../xml/value.ts';
import { FAULT_CODES } from './faults.ts';
import type { Outcome } from './faults.ts';

export type Attempt = { readonly view: ProcessView; readonly outcome: Outcome | Promise<Outcome> };

/** Never a fault itself: what went wrong stands in the results. */
export const collect = (attempts: readonly Attempt[]): Outcome | Promise<Outcome> => {
  const results: Struct[] = [];
  const pending: Promise<unknown>[] = [];
  for (const { view, outcome } of attempts) {
    if (outcome instanceof Promise) pending.push(outcome.then((late) => results.push(resultOf(view, late))));
    else results.push(resultOf(view, outcome));
  }
  return pending.length === 0 ? succeed(results) : Promise.all(pending).then(() => succeed(results));
};

const resultOf = ({ name, group }: ProcessView, outcome: Outcome): Struct =>
  outcome.ok ? { name, group, status: FAULT_CODES.SUCCESS, description: 'OK' } : { name, group, status: outcome.error.code, description: outcome.error.text };
