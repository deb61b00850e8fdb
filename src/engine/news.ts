/**
 * What happens, for those who watch: listeners of events, clients that wait. Told in order, after it has been decided, kept and acted on, so
 * that whoever is told finds the world as it is told or later, and may give commands at once. Costs nothing while nobody watches.
 */
import { fullName } from '../world/plan.ts';
import type { Plan } from '../world/plan.ts';
import type { Phase, WorldChange } from '../world/types.ts';
import { transitionOf } from '../world/show/views.ts';
import type { Transition } from '../world/show/views.ts';

export type NewsItem =
  | { readonly type: 'transition'; readonly transition: Transition }
  /** Something else that clients can see has changed: readiness, or whether it waits for others. */
  | { readonly type: 'detail'; readonly fullName: string }
  | { readonly type: 'phase'; readonly from: Phase; readonly to: Phase }
  | PlanItem;

/** Another plan counts from here on. `isWhole`: everything has been stopped for it, also what is the same. */
export type PlanItem = { readonly type: 'plan'; readonly from: Plan; readonly to: Plan; readonly isWhole: boolean };

export type News = {
  /** Returns the way to end it. */
  readonly watch: (listener: (item: NewsItem) => void) => () => void;
  readonly note: (changes: readonly WorldChange[]) => void;
  /** The same for plans alone: a watcher may begin to watch everything then, and hears what comes with the plan. */
  readonly watchPlans: (listener: (item: PlanItem) => void) => void;
  readonly notePlan: (item: Omit<PlanItem, 'type'>) => void;
  /** Tells what has been noted. */
  readonly tell: () => void;
};

export const createNews = (): News => {
  const listeners = new Set<(item: NewsItem) => void>();
  const planListeners = new Set<(item: PlanItem) => void>();
  const noted: NewsItem[] = [];
  let isTelling = false;
  return {
    watch: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    note: (changes) => {
      if (listeners.size === 0 && noted.length === 0) return;
      for (const change of changes) noted.push(itemOf(change));
    },
    watchPlans: (listener) => void planListeners.add(listener),
    notePlan: (item) => {
      if (listeners.size > 0 || planListeners.size > 0) noted.push({ type: 'plan', ...item });
    },
    tell: () => {
      // A listener's command makes news of its own: told after this, by the call that is under way.
      if (isTelling) return;
      isTelling = true;
      try {
        for (let item = noted.shift(); item !== undefined; item = noted.shift()) {
          if (item.type === 'plan') for (const listener of planListeners) listener(item);
          const present = [...listeners];
          for (const listener of present) listener(item);
        }
      } finally {
        isTelling = false;
      }
    },
  };
};

const itemOf = (change: WorldChange): NewsItem => {
  switch (change.type) {
    case 'state':
      return { type: 'transition', transition: transitionOf(change) };
    case 'detail':
      return { type: 'detail', fullName: fullName(change.spec) };
    case 'phase':
      return change;
  }
};
