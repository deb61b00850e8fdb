/**
 * What a program is to others, as the configuration says it: readiness, dependencies, health, restarts, hooks, schedule, and what its end means.
 * As in model.ts every value is typed, expanded and in range; durations are milliseconds.
 */
import type { Activation } from './activation-model.ts';
import type { ExitCodeMap } from '../values/exit-code-map.ts';
import type { Budget } from '../values/time/restart-budget.ts';
import type { CpuLimit, CpuMax } from '../values/machine/usage.ts';

/** What must be true of a dependency: its start window survived; ready; ended as expected. */
export type Condition = 'started' | 'ready' | 'completed';

export type Dependency = {
  /** As written: a process, or a group for all of its processes. */
  readonly name: string;
  readonly condition: Condition;
  /** Ordering only: waited for while it is on its way, never a reason not to start. */
  readonly isSoft: boolean;
};

/** When a run counts as ready. `log`: with the first line that matches. `check`: with the first good health check. `notify`: when it says so
 *  on the socket that it is given. `fd`: with the first newline on that descriptor. */
export type ReadyOn =
  | { readonly kind: 'started' }
  | { readonly kind: 'exit' }
  | { readonly kind: 'check' }
  | { readonly kind: 'notify' }
  | { readonly kind: 'fd'; readonly descriptor: number }
  | { readonly kind: 'log'; readonly pattern: string };

/** How it is found out whether a program still works. Status codes are ranges, ends included. */
export type Probe =
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | { readonly kind: 'http'; readonly url: string; readonly statuses: readonly (readonly [number, number])[] }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** `service`: as the server names it; empty: all of it. */
  | { readonly kind: 'grpc'; readonly host: string; readonly port: number; readonly service: string };

export type HealthSettings = {
  readonly probe: Probe;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Failures in a row that make it unhealthy. */
  readonly retries: number;
  /** From its start: failures do not count yet. */
  readonly startPeriodMs: number;
  readonly action: 'restart' | 'none' | 'fail';
};

export type RestartSettings = {
  /** Before every restart; grows with failed starts in a row. Null: supervisord's way, one second more each time and none after RUNNING. */
  readonly delayMs: number | null;
  readonly mostDelayMs: number;
  readonly factor: number;
  /** Part of a delay by which it may be longer, 0 to 1. */
  readonly jitter: number;
  /** More than `count` restarts within `periodMs`: given up. */
  readonly budget: Budget | null;
};

/** Commands around a program's life; words, or null. */
export type Hooks = {
  /** Before each start: ends with 0, or the start has failed. */
  readonly startPre: readonly string[] | null;
  /** Once it is RUNNING. */
  readonly startPost: readonly string[] | null;
  /** Before the stop signal. */
  readonly stopPre: readonly string[] | null;
  /** After each end, before anything follows from it. */
  readonly stopPost: readonly string[] | null;
  readonly timeoutMs: number;
};

/** A sign of life that a program has to give again and again; what follows when it does not. */
export type WatchdogSettings = { readonly periodMs: number; readonly action: HealthSettings['action'] };

/** How a program is told to read its own configuration again. */
export type ReloadSettings =
  | { readonly kind: 'signal'; readonly signal: number; readonly timeoutMs: number }
  | { readonly kind: 'command'; readonly argv: readonly string[]; readonly timeoutMs: number };

/** Starts by the clock. */
export type ScheduleSettings = {
  /** Five or six cron fields, or a name with @. */
  readonly pattern: string;
  /** Null: the container's own. */
  readonly timeZone: string | null;
  readonly overlap: 'skip' | 'queue' | 'replace';
  readonly jitterMs: number;
  readonly deadlineMs: number;
};

/** What becomes of a program that uses more than it may. */
export type LimitAction = 'restart' | 'stop' | 'event';

/** Found out by looking from time to time. */
export type UsageSettings = {
  readonly memory: { readonly bytes: number; readonly action: LimitAction } | null;
  readonly cpu: (CpuLimit & { readonly action: LimitAction }) | null;
};

/** Kept to by the kernel, in a control group of the program's own. */
export type ControlGroupLimits = {
  readonly memoryMax: number | null;
  readonly cpuMax: CpuMax | null;
  readonly pidsMax: number | null;
};

/** What a program is to others: when it counts as up, what it waits for, what its failure means. */
export type ServiceSettings = {
  /** Runs to its end; what depends on it waits for that. */
  readonly isOneshot: boolean;
  readonly health: HealthSettings | null;
  readonly watchdog: WatchdogSettings | null;
  readonly readyOn: ReadyOn;
  /** 0: for ever. */
  readonly readyTimeoutMs: number;
  readonly readyTimeoutAction: 'fail' | 'ignore';
  readonly dependsOn: readonly Dependency[];
  readonly onDependencyFailure: 'stop' | 'ignore' | 'fatal';
  readonly restart: RestartSettings;
  readonly onFailure: 'restart' | 'stop-all' | 'ignore';
  readonly successStopsAll: boolean;
  readonly exitCodeMap: ExitCodeMap;
  readonly schedule: ScheduleSettings | null;
  /** Null: started as all are, with nothing to be handed. */
  readonly activation: Activation | null;
  /** Null: none of them. */
  readonly hooks: Hooks | null;
  /** Null: it can only be restarted. */
  readonly reload: ReloadSettings | null;
  /** Null: it may use what there is. */
  readonly usage: UsageSettings | null;
  /** Null: it needs no control group. */
  readonly controlGroup: ControlGroupLimits | null;
};
