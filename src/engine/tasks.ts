/**
 * Commands that are run beside the programs: each gets what its program gets, and is killed with its process group when
 * its time is over. A successor knows nothing of them: it has init kill what is left, as all runs that are nobody's.
 */
import type { Clock, Kernel, KernelEvent, SpawnRequest } from '../kernel/kernel.ts';
import { FIRST_TASK_RUN } from '../services/task-runs.ts';

const encoder = new TextEncoder();
const SIGKILL = 9;
const LAST_RUN = 0xffff_fffe;

export type TaskEnd =
  | { readonly kind: 'ended'; readonly code: number; readonly signal: number | null }
  | { readonly kind: 'notStarted'; readonly reason: string }
  | { readonly kind: 'timedOut' };

/** `isHeard`: what it says goes to the container's own streams, as it is. `variables` are added to its environment. */
export type TaskRequest = {
  readonly argv: readonly string[];
  readonly timeoutMs: number;
  readonly isHeard?: boolean;
  readonly variables?: Readonly<Record<string, string>>;
};

/** Why it counts as failed; null: it does not. */
export const taskProblem = ({ argv, timeoutMs }: TaskRequest, end: TaskEnd): string | null => {
  const command = argv[0] ?? '';
  switch (end.kind) {
    case 'ended':
      if (end.signal !== null) return `${command} was ended by signal ${end.signal}`;
      return end.code === 0 ? null : `${command} ended with ${end.code}`;
    case 'notStarted':
      return end.reason;
    case 'timedOut':
      return `${command} took longer than ${timeoutMs / 1000} seconds`;
  }
};

export type Tasks = {
  /** `like`: the program's own request. Returns the way to end it without an answer. */
  readonly start: (like: SpawnRequest, task: TaskRequest, done: (end: TaskEnd) => void) => () => void;
  /** For runs that are tasks. */
  readonly onEvent: (event: Extract<KernelEvent, { readonly run: number }>) => void;
};

/** What init is asked for. `like`: the program's own request. */
export const taskRequest = (like: SpawnRequest, { argv, isHeard, variables = {} }: Omit<TaskRequest, 'timeoutMs'>, run: number): SpawnRequest => {
  const { listen: _socket, sockets: _sockets, accept: _accept, readyDescriptor: _pipe, pidVariables: _pid, attributes, ...request } = like;
  const added = Object.entries(variables).map(([name, value]) => encoder.encode(`${name}=${value}`));
  const environment = [...request.environment, ...added];
  const out = isHeard === true ? 'inherit' : 'null';
  return { ...request, environment, run, argv, stdin: 'null', stdout: out, stderr: out, attributes: { ...attributes, hasTerminal: false } };
};

type Task = { readonly end: (how: TaskEnd | null) => void };

const runAfter = (run: number): number => (run < FIRST_TASK_RUN || run >= LAST_RUN ? FIRST_TASK_RUN : run + 1);

/** `lastRun`: the last number that a predecessor has used, 0: none. */
export const createTasks = (kernel: Kernel, clock: Clock, lastRun: number): Tasks => {
  const tasks = new Map<number, Task>();
  let nextRun = runAfter(lastRun);

  const start: Tasks['start'] = (like, task, done) => {
    const { timeoutMs } = task;
    const run = nextRun;
    nextRun = runAfter(run);
    let answer: ((end: TaskEnd) => void) | null = done;
    const tell = (how: TaskEnd): void => {
      const waiting = answer;
      answer = null;
      waiting?.(how);
    };
    const kill = (): void => {
      kernel.kill(run, SIGKILL, 'group');
      kernel.flush();
    };
    const cancel = clock.at(clock.nowMs() + timeoutMs, () => {
      kill();
      tell({ kind: 'timedOut' });
    });
    tasks.set(run, {
      end: (how) => {
        cancel();
        tasks.delete(run);
        if (how !== null) tell(how);
      },
    });
    kernel.spawn(taskRequest(like, task, run));
    kernel.flush();
    return () => {
      answer = null;
      if (tasks.has(run)) kill();
    };
  };

  return {
    start,
    onEvent: (event) => {
      const task = tasks.get(event.run);
      if (task === undefined) return;
      if (event.type === 'spawnFailed') task.end({ kind: 'notStarted', reason: event.reason });
      if (event.type !== 'exited') return;
      // Whatever it has left behind goes with it.
      if (!event.groupEnded) kernel.kill(event.run, SIGKILL, 'group');
      kernel.release(event.run);
      task.end({ kind: 'ended', code: event.status.code, signal: event.status.signal });
    },
  };
};
