/**
 * Commands that are run beside the programs: each gets what its program gets. One whose time is over is stopped as a program is: the stop signal to
 * the main process, then to the rest of its process group, KILL at the end, and what was KILLed is named. So is what a command leaves behind in its group.
 * A successor stops those that its predecessor has left, in the same way, and starts no program meanwhile: its own hooks would run beside the old ones.
 */
import type { Clock, Kernel, KernelEvent, SignalScope, SpawnRequest } from '../kernel/kernel.ts';
import { SIGKILL } from '../process/exit.ts';
import { killedLines } from '../world/stop/leftovers.ts';
import type { AbandonEffect } from '../world/restore.ts';
import { FIRST_TASK_RUN } from '../world/task-runs.ts';

const encoder = new TextEncoder();
const LAST_RUN = 0xffff_fffe;

export type TaskEnd =
  | { readonly kind: 'ended'; readonly code: number; readonly signal: number | null }
  | { readonly kind: 'notStarted'; readonly reason: string }
  | { readonly kind: 'timedOut' };

/** Of the time of a command that has to be over by then: the rest is for its stop. */
export const ASKED_AT = 0.8;

/**
 * `name`: what it is called in sentences; `about`: the full name of its program. `timeoutMs`: then it is asked to stop, and KILLed after as long again or the stop time of its program,
 * whichever is shorter; `isWithin`: it is KILLed then, and asked before. `isHeard`: what it says goes to the container's own streams, as it is.
 * `variables` are added to its environment.
 */
export type TaskRequest = {
  readonly name: string;
  readonly about?: string;
  readonly isWithin?: boolean;
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

/** `command`: what its main process is called. */
type Followed = Pick<TaskRequest, 'name' | 'about' | 'timeoutMs' | 'isWithin'> & { readonly command: string };

/** How a predecessor's command is to be stopped is not known any more: as what is left at the end of everything. */
const SIGTERM = 15;
const ABANDONED_MS = 2_000;
const ABANDONED: Followed = { name: 'the supervisor before', command: 'hook or check', timeoutMs: ABANDONED_MS };

/** `giveUp` ends it without an answer; `stop` ends it within so long, and the answer follows. */
export type StartedTask = { readonly giveUp: () => void; readonly stop: (withinMs: number) => void };

type RunEvent = Extract<KernelEvent, { readonly run: number }>;

export type Tasks = {
  /** `like`: the program's own request. */
  readonly start: (like: SpawnRequest, task: TaskRequest, done: (end: TaskEnd) => void) => StartedTask;
  readonly abandon: (effect: AbandonEffect) => void;
  /** Nothing of a predecessor's commands is left, or it has been KILLed: so it is, as a rule. */
  readonly isClear: () => boolean;
  /** Calls back when it is so. */
  readonly whenClear: (go: () => void) => void;
  /** For runs that are tasks. */
  readonly onEvent: (event: RunEvent) => void;
};

/** What init is asked for. `like`: the program's own request. */
export const taskRequest = (
  like: SpawnRequest,
  { argv, isHeard, variables = {} }: Pick<TaskRequest, 'argv' | 'isHeard' | 'variables'>,
  run: number,
): SpawnRequest => {
  const { listen: _socket, sockets: _sockets, accept: _accept, readyDescriptor: _pipe, pidVariables: _pid, attributes, ...request } = like;
  const added = Object.entries(variables).map(([name, value]) => encoder.encode(`${name}=${value}`));
  const environment = [...request.environment, ...added];
  const out = isHeard === true ? 'inherit' : 'null';
  return { ...request, environment, run, argv, stdin: 'null', stdout: out, stderr: out, attributes: { ...attributes, hasTerminal: false } };
};

export type TasksParts = {
  readonly kernel: Kernel;
  readonly clock: Clock;
  /** The last number that a predecessor has used, 0: none. */
  readonly lastRun: number;
  readonly warn: (text: string, about?: string) => void;
};

type Task = StartedTask & { readonly onEvent: (event: RunEvent) => void };

const runAfter = (run: number): number => (run < FIRST_TASK_RUN || run >= LAST_RUN ? FIRST_TASK_RUN : run + 1);

export const createTasks = (parts: TasksParts): Tasks => {
  const tasks = new Map<number, Task>();
  const abandoned = new Set<number>();
  let waiting: (() => void)[] = [];
  let nextRun = runAfter(parts.lastRun);
  return {
    start: (like, request, done) => {
      const run = nextRun;
      nextRun = runAfter(run);
      const followed = { ...request, command: request.argv[0] ?? '' };
      const task = follow(parts, { run, mainPid: null, hasMainEnded: false }, like.stop, followed, done, () => void tasks.delete(run));
      tasks.set(run, task);
      parts.kernel.spawn(taskRequest(like, request, run));
      parts.kernel.flush();
      return task;
    },
    abandon: ({ run, pid, isRunning }) => {
      abandoned.add(run);
      const isOver = (): void => {
        abandoned.delete(run);
        if (abandoned.size > 0) return;
        const all = waiting;
        waiting = [];
        for (const go of all) go();
      };
      const stopping = { signal: SIGTERM, waitMs: ABANDONED_MS, scope: 'group' } as const;
      const task = follow(parts, { run, mainPid: pid, hasMainEnded: !isRunning }, stopping, ABANDONED, isOver, () => void tasks.delete(run));
      tasks.set(run, task);
      task.stop(ABANDONED_MS);
    },
    isClear: () => abandoned.size === 0,
    whenClear: (go) => void waiting.push(go),
    onEvent: (event) => tasks.get(event.run)?.onEvent(event),
  };
};

/** One command, from its start until nothing of its process group is left. */
const follow = (
  { kernel, clock, warn }: TasksParts,
  { run, ...begun }: { readonly run: number; readonly mainPid: number | null; readonly hasMainEnded: boolean },
  stopping: SpawnRequest['stop'],
  { name, about, command, timeoutMs, isWithin = false }: Followed,
  done: (end: TaskEnd) => void,
  forget: () => void,
): Task => {
  const graceMs = isWithin ? timeoutMs * (1 - ASKED_AT) : Math.min(stopping.waitMs, timeoutMs);
  let answer: ((end: TaskEnd) => void) | null = done;
  let { mainPid, hasMainEnded } = begun;
  let [isMainAsked, isRestAsked, isKilled, isOver] = [false, false, false, false];
  let timers: (() => void)[] = [];

  const tell = (how: TaskEnd): void => {
    const waiting = answer;
    answer = null;
    waiting?.(how);
  };
  const clear = (): void => {
    for (const cancel of timers) cancel();
    timers = [];
  };
  const after = (waitMs: number, act: () => void): void => void timers.push(clock.at(clock.nowMs() + waitMs, act));
  const send = (signal: number, scope: SignalScope): void => {
    kernel.kill(run, signal, scope, signal !== SIGKILL);
    kernel.flush();
  };
  const nameVictims = (count: number, victims: readonly { readonly pid: number; readonly name: string }[]): void => {
    const named = victims.map((victim) => ({ ...victim, program: name, killed: true }));
    for (const line of killedLines(named, count)) warn(line, about);
  };

  const kill = (): void => {
    clear();
    isKilled = true;
    if (!hasMainEnded && mainPid !== null) nameVictims(1, [{ pid: mainPid, name: command }]);
    send(SIGKILL, 'group');
    tell({ kind: 'timedOut' });
  };
  const askRest = (): void => {
    if (isRestAsked) return;
    isRestAsked = true;
    send(stopping.signal, hasMainEnded ? 'group' : 'groupRest');
  };
  const stop = (withinMs: number): void => {
    if (isKilled || isOver) return;
    clear();
    if (hasMainEnded) askRest();
    else if (!isMainAsked) send(stopping.signal, 'process');
    isMainAsked = true;
    after(withinMs / 2, askRest);
    after(withinMs, kill);
  };
  const finish = (how: TaskEnd): void => {
    isOver = true;
    clear();
    forget();
    tell(how);
  };
  const mainEnded = ({ status, groupEnded }: Extract<RunEvent, { readonly type: 'exited' }>): void => {
    const how: TaskEnd = isMainAsked ? { kind: 'timedOut' } : { kind: 'ended', code: status.code, signal: status.signal };
    hasMainEnded = true;
    if (groupEnded) {
      kernel.release(run);
      return finish(how);
    }
    if (isKilled) return send(SIGKILL, 'group');
    askRest();
    if (!isMainAsked) {
      clear();
      after(graceMs, kill);
    }
    tell(how);
  };

  after(isWithin ? timeoutMs - graceMs : timeoutMs, () => stop(graceMs));
  return {
    stop,
    giveUp: () => {
      answer = null;
      stop(graceMs);
    },
    onEvent: (event) => {
      if (event.type === 'spawned') mainPid = event.pid;
      if (event.type === 'killed') nameVictims(event.count, event.named);
      if (event.type === 'spawnFailed') finish({ kind: 'notStarted', reason: event.reason });
      if (event.type === 'exited') mainEnded(event);
      if (event.type === 'groupEnded' && hasMainEnded) {
        kernel.release(run);
        finish({ kind: 'timedOut' });
      }
    },
  };
};
