/** What init tells, as events of the world: whose run it is about, and who beside the world has to know. */
import type { KernelEvent } from '../kernel/kernel.ts';
import { SIGKILL } from '../process/exit.ts';
import { shellExitCode } from '../process/exit-status.ts';
import type { Plan } from '../world/plan.ts';
import { isTaskRun } from '../world/task-runs.ts';
import type { World, WorldEvent } from '../world/types.ts';
import type { HookRunner, RunEnd } from './features/hooks.ts';
import type { PidFiles } from './features/pid-files.ts';
import type { ConfinementPort } from './ports.ts';
import type { Runs } from './runs.ts';
import { refusalInPeerWords } from './spawn-refusal.ts';
import type { Tasks } from './tasks.ts';

export type KernelEventsParts = {
  readonly runs: Runs;
  readonly pidFiles: Pick<PidFiles, 'holdEnd' | 'holdRest' | 'onFollowed'>;
  readonly tasks: Tasks;
  readonly hooks: Pick<HookRunner, 'afterEnd'>;
  readonly plan: () => Plan;
  readonly world: () => World;
  readonly hasTerminal: boolean;
  readonly confinement: Pick<ConfinementPort, 'wasOutOfMemory'>;
  readonly dispatch: (event: WorldEvent) => void;
};

const KILLED = 128 + SIGKILL;
const SIGINT = 2;
const SIGQUIT = 3;
const KERNEL = { pid: 0, uid: 0 };

export const createKernelEvents = ({
  runs,
  pidFiles,
  tasks,
  hooks,
  plan,
  world,
  confinement,
  hasTerminal,
  dispatch,
}: KernelEventsParts): ((event: KernelEvent) => void) => {
  /** What a run has left may end long after the run has been let go. */
  const ofOver = ({ type, run }: { readonly type: string; readonly run: number }): number | null => {
    if (type !== 'groupEnded' && type !== 'treeEnded') return null;
    const index = world().states.findIndex((state) => state.run === run);
    return index < 0 ? null : index;
  };
  const tellEnd = (end: RunEnd): void => {
    const index = runs.indexOf(end.run) ?? ofOver(end);
    if (index === null) return;
    hooks.afterEnd(index, end, (now, told) => dispatch(explainedEnd({ type: 'process', index: now, event: told }, plan(), confinement)));
  };
  /** Ctrl-C reaches the process group of the program that has the terminal, and nobody else. If it ends of that, everything is to end, as under a shell. */
  const isInterrupted = ({ status: { signal } }: Extract<KernelEvent, { readonly type: 'exited' }>, index: number): boolean => {
    const { processes, model } = plan();
    if (!hasTerminal || processes[index]?.stdin !== 'inherit' || (signal !== SIGINT && signal !== SIGQUIT)) return false;
    const { phase, states } = world();
    const name = states[index]?.name;
    return model.supervisor.stopSignals.includes(signal) && phase === 'running' && (name === 'RUNNING' || name === 'STARTING');
  };
  return (event) => {
    switch (event.type) {
      case 'signalReceived':
        // A new size of the terminal comes from the kernel; a WINCH from anybody else may be a wish to stop, terminal or not.
        dispatch({
          type: 'signalReceived',
          signal: event.signal,
          hasTerminal: hasTerminal && event.senderPid === 0,
          sender: { pid: event.senderPid, uid: event.senderUid },
        });
        return;
      case 'swept':
        dispatch({ type: 'swept', left: event.found ?? event.killed, ...(event.left && { named: event.left }) });
        return;
      case 'killed':
        if (isTaskRun(event.run)) tasks.onEvent(event);
        else dispatch(event);
        return;
      case 'followed':
        pidFiles.onFollowed(event.run, event.pid);
        return;
      case 'spawned':
      case 'spawnFailed':
      case 'exited':
      case 'groupEnded':
      case 'treeEnded': {
        if (isTaskRun(event.run)) return tasks.onEvent(event);
        const index = runs.indexOf(event.run) ?? ofOver(event);
        if (index === null) return;
        if (event.type === 'exited' && isInterrupted(event, index))
          dispatch({ type: 'signalReceived', signal: event.status.signal as number, hasTerminal, sender: KERNEL });
        if (event.type === 'spawned') runs.spawned(index, event);
        if (event.type === 'spawnFailed') runs.spawnFailed(event.run);
        if (event.type === 'exited' || event.type === 'groupEnded' || event.type === 'treeEnded') {
          const end = event;
          const isHeld = end.type === 'exited' ? pidFiles.holdEnd(end, () => tellEnd(end)) : pidFiles.holdRest(end.run, () => tellEnd(end));
          return isHeld ? undefined : tellEnd(end);
        }
        const { processes, signalsLikeSupervisord } = plan();
        const spec = processes[index];
        const isRefusal = event.type === 'spawnFailed' && signalsLikeSupervisord && spec !== undefined;
        dispatch({ type: 'process', index, event: isRefusal ? refusalInPeerWords(event, spec) : event });
        return;
      }
    }
  };
};

/** A KILL may be the kernel's own, for want of memory; a shell tells of its child by its exit code. */
export const explainedEnd = (event: WorldEvent, plan: Plan, { wasOutOfMemory }: Pick<ConfinementPort, 'wasOutOfMemory'>): WorldEvent => {
  if (event.type !== 'process' || event.event.type !== 'exited' || shellExitCode(event.event.status) !== KILLED) return event;
  const spec = plan.processes[event.index];
  if (spec === undefined || !wasOutOfMemory(spec)) return event;
  return { ...event, event: { ...event.event, status: { ...event.event.status, outOfMemory: true } } };
};
