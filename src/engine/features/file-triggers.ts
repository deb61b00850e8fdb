/** Starts by files: a path that appears (start_on=path:), and a file that changes (watch=). What they mean is decided in world/triggers/files.ts. */
import type { ProcessSpec } from '../../config/model/model.ts';
import type { FileChanges, FileWatch } from '../../kernel/files/file-watch.ts';
import type { Clock } from '../../kernel/kernel.ts';
import { readyToStart } from '../../world/triggers/activation.ts';
import { isMeantAgain, isMeantByPresent, onWatched } from '../../world/triggers/files.ts';
import { fullName } from '../../world/plan.ts';
import type { Plan } from '../../world/plan.ts';
import type { World, WorldEvent } from '../../world/types.ts';
import { INITIAL_STATE } from '../../process/initial-state.ts';
import type { News } from '../news.ts';

export type FilePorts = {
  readonly clock: Clock;
  readonly wallMs: () => number;
  readonly watch: News['watch'];
  readonly plan: () => Plan;
  readonly world: () => World;
  readonly turn: (event: WorldEvent) => void;
  readonly notice: (level: 'info' | 'warn', text: string) => void;
  /** `patterns` as written in the section of that process. */
  readonly follow: (
    spec: ProcessSpec,
    patterns: readonly string[],
    onChanges: (changes: FileChanges) => void,
    onProblem: (problem: string) => void,
  ) => FileWatch;
};

type Follower = { readonly index: number; readonly look: () => void; readonly end: () => void };

/** From now on, for the plan in force and those after it. */
export const followFiles = (ports: FilePorts): void => {
  let followers: readonly Follower[] = [];
  const begin = (plan: Plan): void => {
    for (const { end } of followers) end();
    followers = plan.processes.flatMap((spec, index) => [...pathFollowers(ports, spec, index), ...watchFollowers(ports, spec, index)]);
  };
  ports.watch((item) => {
    if (item.type === 'plan') begin(item.to);
    else for (const follower of followers) if (item.type !== 'transition' || item.transition.index === follower.index) follower.look();
  });
  begin(ports.plan());
};

const pathFollowers = (ports: FilePorts, spec: ProcessSpec, index: number): readonly Follower[] => {
  const patterns = spec.service.activation?.startOn.flatMap((trigger) => (trigger.kind === 'path' ? [trigger.pattern] : [])) ?? [];
  if (patterns.length === 0) return [];
  const { clock } = ports;
  let waiting: string | null = null;
  let cancel = (): void => {};
  const state = () => ports.world().states[index] ?? INITIAL_STATE;

  /** Starts it for the path that waits, now or as soon as it may be. */
  const look = (): void => {
    cancel();
    if (waiting === null || ports.world().phase !== 'running') return;
    const { indices, againAtMs } = readyToStart(ports.plan(), ports.world().states, [index], clock.nowMs());
    if (againAtMs !== null) cancel = clock.at(againAtMs, look);
    if (indices.length === 0) return;
    const reason = `${waiting} is there`;
    waiting = null;
    ports.turn({ type: 'activated', targets: [index], reason });
  };
  const onTransition = (): void => {
    if (isMeantAgain(state()) === false) waiting = null;
    look();
  };
  const come = (path: string): void => {
    waiting ??= path;
    look();
  };
  const watch = ports.follow(
    spec,
    patterns,
    ({ appeared }) => appeared.slice(0, 1).forEach(come),
    (problem) => ports.notice('warn', `start_on of ${fullName(spec)}: ${problem}`),
  );
  const offsetMs = ports.wallMs() - clock.nowMs();
  const present = [...watch.present()].find(([, { changedAtMs }]) => isMeantByPresent(state(), changedAtMs - offsetMs));
  if (present !== undefined) come(present[0]);
  return [{ index, look: onTransition, end: () => (cancel(), watch.end()) }];
};

const watchFollowers = (ports: FilePorts, spec: ProcessSpec, index: number): readonly Follower[] => {
  const patterns = spec.service.activation?.watch ?? [];
  if (patterns.length === 0) return [];
  const onChanges = ({ appeared, changed, gone }: FileChanges): void => {
    const state = ports.world().states[index];
    const verb = state === undefined || ports.world().phase !== 'running' ? null : onWatched(state);
    if (verb === null) return;
    const paths = [...changed, ...appeared, ...gone];
    const what = `${paths[0]} has ${changed.length > 0 ? 'changed' : appeared.length > 0 ? 'appeared' : 'gone'}`;
    const others = paths.length > 1 ? `, and ${paths.length - 1} more` : '';
    ports.notice('info', `${verb}ing ${fullName(spec)}: ${what}${others} (watch)`);
    ports.turn({ type: 'commandRequested', verb, targets: [index] });
  };
  const { end, present } = ports.follow(spec, patterns, onChanges, (problem) => ports.notice('warn', `watch of ${fullName(spec)}: ${problem}`));
  const count = present().size;
  ports.notice('info', `watching ${count} file${count === 1 ? '' : 's'} for ${fullName(spec)} (watch)`);
  return [{ index, look: () => {}, end }];
};
