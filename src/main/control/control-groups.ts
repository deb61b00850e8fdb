/** The control port's words about groups: what the files say now, taking a group in, letting one go. */
import type { Problem } from '../../config/model/model.ts';
import type { ControlPort, Reread } from '../../control/port.ts';
import type { Engine } from '../../engine/engine.ts';
import { configurationViews } from '../../world/show/configuration-view.ts';
import { fullName } from '../../world/plan.ts';
import { leavingAlive } from '../../world/replan.ts';
import type { Configured, Message, ReadingOptions } from '../configuration/configuration.ts';
import { addGroup, changeGroup, removeGroup, reread } from '../configuration/regroup.ts';
import type { Reign } from '../configuration/reign.ts';

export type GroupControl = Pick<ControlPort, 'reread' | 'addGroup' | 'updateGroup' | 'removeGroup' | 'configurations'>;

const MOST_PROBLEMS_TOLD = 10;

export type GroupControlParts = {
  readonly reign: Reign;
  readonly engine: Engine;
  readonly options: ReadingOptions;
  readonly notice: (level: Message['level'], text: string) => void;
};

export const createGroupControl = ({ reign, engine, options, notice }: GroupControlParts): GroupControl => {
  const isPeer = (): boolean => reign.configured().personality === 'supervisord';
  /** supervisord says nothing of this in its log. */
  const say = (text: string): void => {
    if (!isPeer()) notice('info', text);
  };
  /** Null: it counts now. */
  const take = (next: Configured): ReturnType<Engine['obstacleTo']> => {
    const obstacle = engine.obstacleTo(next.plan);
    if (obstacle !== null) return obstacle;
    reign.prepare(next);
    engine.takePlan(next.plan);
    return null;
  };
  const tell = (problems: readonly Problem[]): Reread => ({ ok: false, message: isPeer() ? firstOf(problems) : allOf(problems) });

  return {
    reread: () => {
      const read = reread(reign.configured(), options);
      if (!read.ok) return tell(read.problems);
      if (take(read.next) !== null) return { ok: false, message: 'everything is being stopped, or another configuration is just being taken over' };
      if (!isPeer()) for (const { level, text } of read.messages) notice(level, text);
      const { added, changed, removed } = read.difference;
      return { ok: true, added, changed: changed.map(({ name }) => name), removed };
    },
    addGroup: (name) => {
      const current = reign.configured();
      if (current.plan.model.groups.some((group) => group.name === name)) return 'alreadyAdded';
      const group = current.latest.groups.find((each) => each.name === name);
      if (group === undefined) return 'unknown';
      if (take(addGroup(current, group)) !== null) return 'busy';
      say(`${name}: added`);
      return 'added';
    },
    updateGroup: (name) => {
      const current = reign.configured();
      const isThere = current.plan.model.groups.some((group) => group.name === name);
      const group = current.latest.groups.find((each) => each.name === name);
      if (!isThere || group === undefined) return 'unknown';
      const next = changeGroup(current, group);
      const alive = leavingAlive(current.plan, engine.world(), next.plan);
      if (alive.length > 0) return { stillRunning: alive.map(fullName) };
      if (take(next) !== null) return 'busy';
      say(`${name}: changed`);
      return 'updated';
    },
    removeGroup: (name) => {
      const current = reign.configured();
      if (current.plan.model.groups.every((group) => group.name !== name)) return 'unknown';
      const obstacle = take(removeGroup(current, name));
      if (obstacle !== null) return obstacle;
      say(`${name}: removed`);
      return 'removed';
    },
    configurations: () => {
      const { plan, latest } = reign.configured();
      return configurationViews(latest, plan.model, reign.autoPath);
    },
  };
};

/** supervisord knows one mistake at a time. */
const firstOf = (problems: readonly Problem[]): string => problems.find(({ severity }) => severity === 'error')?.message ?? '';

const allOf = (problems: readonly Problem[]): string => {
  const lines = problems
    .filter(({ severity }) => severity === 'error')
    .map(({ place, message }) => (place === null ? message : `${place.file}:${place.line}: ${message}`));
  const more = lines.length - MOST_PROBLEMS_TOLD;
  return [...lines.slice(0, MOST_PROBLEMS_TOLD), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
};
