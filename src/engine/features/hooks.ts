/**
 * Commands around a program's life. They stand between a decision and its act, or between an end and its news: the state machines know
 * nothing of them. A hook that hangs is stopped at its time. A successor of the supervisor begins a start again, hook included.
 */
import type { ProcessSpec } from '../../config/model/model.ts';
import type { Hooks } from '../../config/model/service-model.ts';
import type { Clock, KernelEvent } from '../../kernel/kernel.ts';
import type { ProcessState } from '../../process/types.ts';
import { fullName } from '../../world/plan.ts';
import type { Plan } from '../../world/plan.ts';
import { graceOf, hookLimitMs } from '../../world/stop/stop-window.ts';
import type { World, WorldChange, WorldEvent } from '../../world/types.ts';
import { ASKED_AT, taskProblem } from '../tasks.ts';
import type { StartedTask, TaskEnd, TaskRequest } from '../tasks.ts';

export type HookPorts = {
  readonly plan: () => Plan;
  readonly world: () => World;
  readonly nowMs: () => number;
  readonly at: Clock['at'];
  readonly dispatch: (event: WorldEvent) => void;
  /** A hook ends outside of any turn: what follows from it is sent by us. */
  readonly flush: () => void;
  readonly startTask: (index: number, task: TaskRequest, done: (end: TaskEnd) => void) => StartedTask | null;
  /** No hook of a predecessor runs any more: so it is, as a rule. */
  readonly isClear: () => boolean;
  /** Calls back when it is so. */
  readonly whenClear: (go: () => void) => void;
  readonly warn: (text: string, spec: ProcessSpec) => void;
};

type HookName = Exclude<keyof Hooks, 'timeoutMs'>;
export type RunEnd = Extract<KernelEvent, { readonly type: 'exited' | 'groupEnded' | 'treeEnded' }>;

const NAMES: Readonly<Record<HookName, string>> = { startPre: 'start_pre', startPost: 'start_post', stopPre: 'stop_pre', stopPost: 'stop_post' };

const STOPPED_BEFORE = { reason: 'stopped before it was started', exitCode: 0 };

/** Where there is no hook, `go` is called at once. */
export type HookRunner = {
  /** A hook that fails is a start that failed. */
  readonly beforeSpawn: (index: number, run: number, go: (index: number) => void) => void;
  readonly beforeStopSignal: (index: number, go: () => void) => void;
  readonly afterEnd: (index: number, event: RunEnd, go: (index: number, event: RunEnd) => void) => void;
  readonly onChanges: (changes: readonly WorldChange[]) => void;
};

export const createHooks = (ports: HookPorts): HookRunner => {
  /** Of runs whose end is not told yet: what else init has told. */
  const held = new Map<number, RunEnd[]>();

  /** Where the run's process is now: another plan may have taken over meanwhile. */
  const find = (run: number): readonly [index: number, state: ProcessState] | null => {
    const index = ports.world().states.findIndex((state) => state.run === run);
    const state = ports.world().states[index];
    return state === undefined ? null : [index, state];
  };

  /** Of starts whose hook is under way: ends both within so long. By run. */
  const starting = new Map<number, (withinMs: number) => void>();

  /** Null: there is no such hook. */
  const runHook = (index: number, name: HookName, done: (problem: string | null) => void): StartedTask | null => {
    const spec = ports.plan().processes[index];
    const hooks = spec?.service.hooks ?? null;
    const argv = hooks === null ? null : hooks[name];
    if (spec === undefined || hooks === null || argv === null) return null;
    const isStop = name === 'stopPre' || name === 'stopPost';
    const timeoutMs = isStop ? hookLimitMs(ports.plan(), ports.world(), spec, name, ports.nowMs()) : hooks.timeoutMs;
    const task = { name: NAMES[name], argv, timeoutMs, isWithin: isStop, isHeard: true };
    return ports.startTask(index, task, (end) => {
      const problem = taskProblem(task, end);
      if (problem !== null && name !== 'startPre') ports.warn(`${NAMES[name]} of ${fullName(spec)}: ${problem}`, spec);
      done(problem);
      ports.flush();
    });
  };

  const refuse = (index: number, run: number, failure: typeof STOPPED_BEFORE): void =>
    ports.dispatch({ type: 'process', index, event: { type: 'spawnFailed', run, ...failure } });

  const beforeSpawn: HookRunner['beforeSpawn'] = (index, run, go) => {
    if (ports.isClear()) return runStartPre(index, run, go);
    ports.whenClear(() => {
      const found = find(run);
      if (found === null) return;
      if (found[1].name === 'STARTING') runStartPre(found[0], run, go);
      else refuse(found[0], run, STOPPED_BEFORE);
      ports.flush();
    });
  };

  const runStartPre: HookRunner['beforeSpawn'] = (index, run, go) => {
    let isHurried = false;
    const ended = (problem: string | null): void => {
      starting.delete(run);
      const found = find(run);
      if (found === null) return;
      const [now, state] = found;
      if (problem === null && state.name === 'STARTING') return go(now);
      // A stop came first: nothing has gone wrong.
      refuse(now, run, problem === null || isHurried ? STOPPED_BEFORE : { reason: `start_pre: ${problem}`, exitCode: 1 });
    };
    const hook = runHook(index, 'startPre', ended);
    if (hook === null) return go(index);
    starting.set(run, (withinMs) => {
      isHurried = true;
      hook.stop(withinMs);
    });
  };

  /** A hook before the start may go on when its program is to stop, but has no more time than that would have. */
  const hurry = (index: number, run: number): void => {
    const spec = ports.plan().processes[index];
    if (spec === undefined || !starting.has(run)) return;
    const nowMs = ports.nowMs();
    const graceMs = graceOf(ports.plan(), ports.world(), spec, nowMs);
    ports.at(nowMs + graceMs * ASKED_AT, () => starting.get(run)?.(graceMs * (1 - ASKED_AT)));
  };

  const afterEnd: HookRunner['afterEnd'] = (index, event, go) => {
    const waiting = held.get(event.run);
    if (waiting !== undefined) return void waiting.push(event);
    const isHeld =
      event.type === 'exited' &&
      runHook(index, 'stopPost', () => {
        const events = held.get(event.run) ?? [];
        held.delete(event.run);
        const found = find(event.run);
        if (found !== null) for (const each of [event, ...events]) go(found[0], each);
      }) !== null;
    if (isHeld) held.set(event.run, []);
    else go(index, event);
  };

  return {
    beforeSpawn,
    beforeStopSignal: (index, go) => {
      if (runHook(index, 'stopPre', go) === null) go();
    },
    afterEnd,
    onChanges: (changes) => {
      for (const change of changes) {
        if (change.type !== 'state') continue;
        if (change.to.name === 'RUNNING') runHook(change.index, 'startPost', () => {});
        if (change.to.name === 'STOPPING') hurry(change.index, change.to.run);
      }
    },
  };
};
