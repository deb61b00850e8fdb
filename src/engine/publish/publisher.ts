/**
 * What happens, made public: to pools of event listeners and to whoever has subscribed. Watches nothing and keeps no timer while nobody
 * would hear of it.
 */
import { diff } from '../../config/model/diff.ts';
import type { EventType } from '../../config/values/event-types.ts';
import { EVERYTHING, eventName, isWanted } from '../../world/events/event-names.ts';
import type { WantedTypes } from '../../world/events/event-names.ts';
import type { Plan } from '../../world/plan.ts';
import type { PublicEvent } from '../../world/events/public-events.ts';
import type { World } from '../../world/types.ts';
import type { News, NewsItem, PlanItem } from '../news.ts';
import { createPools } from './pools.ts';
import type { Pools, PoolsPorts } from './pools.ts';
import { createTicks } from './ticks.ts';

const TICKS: readonly EventType[] = ['TICK_5', 'TICK_60', 'TICK_3600'];

export type PublisherPorts = Omit<PoolsPorts, 'identifier'> & {
  readonly watch: News['watch'];
  readonly watchPlans: News['watchPlans'];
  /** Since the epoch. */
  readonly wallMs: () => number;
};

type Listener = (event: PublicEvent) => void;
type Subscriber = { readonly listener: Listener; readonly wanted: WantedTypes };

export type Publisher = {
  /** Before anything is started: the groups of the first plan. At a takeover nothing is told. */
  readonly begin: (plan: Plan, isTakeover: boolean) => void;
  readonly keepIn: Pools['keepIn'];
  /** A successor, once what runs is attached: from here on listeners are sent what waits. */
  readonly resume: (world: World) => void;
  readonly publish: (event: PublicEvent) => void;
  /** Hears what is published of the wanted types (without them everything); returns the way to end it. */
  readonly onEvent: (listener: Listener, wanted?: WantedTypes) => () => void;
  /** Is there anybody at all who may hear? */
  readonly isHeard: () => boolean;
  /** Would anybody hear of this type? */
  readonly wants: (name: EventType) => boolean;
  /** From the standard output of a listener of the group. */
  readonly hear: Pools['hear'];
  /** Before the end. */
  readonly tellLosses: Pools['tellLosses'];
  readonly isListener: (group: string) => boolean;
};

export const createPublisher = (ports: PublisherPorts): Publisher => {
  const subscribers = new Set<Subscriber>();
  let plan: Plan | null = null;
  let unwatch: (() => void) | null = null;
  const pools = createPools({ ...ports, identifier: () => plan?.model.supervisor.identifier ?? '' });
  const ticks = createTicks(ports.clock, ports.wallMs, (tick) => publish(tick));

  const publish = (event: PublicEvent): void => {
    if (!isHeard()) return;
    const name = eventName(event);
    const present = [...subscribers];
    for (const { listener, wanted } of present) if (isWanted(wanted, name)) listener(event);
    pools.publish(event);
  };

  const wants = (name: EventType): boolean => pools.want(name) || [...subscribers].some(({ wanted }) => isWanted(wanted, name));

  const isHeard = (): boolean => subscribers.size > 0 || !pools.isEmpty();

  /** Whoever listens has come or gone. */
  const adjust = (): void => {
    if (isHeard() && unwatch === null) unwatch = ports.watch(onNews);
    if (!isHeard()) {
      unwatch?.();
      unwatch = null;
    }
    if (TICKS.some(wants)) ticks.start();
    else ticks.stop();
  };

  /** A pool hears of itself and of all that come after it. */
  const addGroups = (names: readonly string[], isTold: boolean): void => {
    for (const group of plan?.model.groups ?? []) {
      if (!names.includes(group.name)) continue;
      pools.add(group);
      if (isTold) publish({ type: 'groupAdded', group: group.name });
    }
  };

  const removeGroups = (names: readonly string[]): void => {
    for (const group of names) {
      pools.remove(group);
      publish({ type: 'groupRemoved', group });
    }
  };

  const changePlan = ({ from, to, isWhole }: PlanItem): void => {
    plan = to;
    if (isWhole) {
      for (const { name } of from.model.groups) pools.remove(name);
      addGroups(namesOf(to), true);
      publish({ type: 'supervisorState', state: 'RUNNING' });
    } else {
      const { added, changed, removed } = diff(from.model, to.model);
      const replaced = changed.filter((change) => change.isWhole).map(({ name }) => name);
      removeGroups([...removed, ...replaced]);
      addGroups([...added, ...replaced], true);
    }
    adjust();
  };

  const onNews = (item: NewsItem): void => {
    switch (item.type) {
      case 'transition':
        publish({ type: 'processState', transition: item.transition });
        pools.onTransition(item.transition);
        return;
      case 'phase':
        if (item.to === 'restarting' || item.to === 'stopping') publish({ type: 'supervisorState', state: 'STOPPING' });
        return;
      case 'detail':
        // supervisord has no event for it.
        return;
      case 'plan':
        // Told by watchPlans.
        return;
    }
  };

  return {
    publish,
    isHeard,
    wants,
    hear: pools.hear,
    tellLosses: pools.tellLosses,
    keepIn: pools.keepIn,
    isListener: pools.has,
    begin: (first, isTakeover) => {
      plan = first;
      addGroups(namesOf(first), !isTakeover);
      adjust();
      if (!isTakeover) publish({ type: 'supervisorState', state: 'RUNNING' });
      ports.watchPlans(changePlan);
    },
    resume: ({ states }) => {
      for (const [index, { group, name }] of (plan?.processes ?? []).entries()) {
        const state = states[index];
        if (state !== undefined && pools.has(group)) pools.onTransition({ group, name, run: state.run, to: state.name });
      }
    },
    onEvent: (listener, wanted = EVERYTHING) => {
      const subscriber = { listener, wanted };
      subscribers.add(subscriber);
      adjust();
      return () => {
        subscribers.delete(subscriber);
        adjust();
      };
    },
  };
};

const namesOf = ({ model }: Plan): readonly string[] => model.groups.map(({ name }) => name);
