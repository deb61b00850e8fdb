/** What a program is to others, out of its options. */
import type { Hooks, ReadyOn, ScheduleSettings, ServiceSettings } from '../service-model.ts';
import type { BeyondValues } from '../options/beyond-options.ts';
import { healthOf } from './health.ts';

const READY_BY_TYPE = { simple: 'started', oneshot: 'exit', notify: 'notify' } as const satisfies Record<BeyondValues['type'], ReadyOn['kind']>;

export function serviceOf(values: BeyondValues): ServiceSettings {
  const { type, readyOn, readyTimeoutMs, readyTimeoutAction, dependsOn, onDependencyFailure, onFailure, successStopsAll } = values;
  const isOneshot = type === 'oneshot';
  return {
    isOneshot,
    health: healthOf(values),
    readyOn: readyOn ?? { kind: READY_BY_TYPE[type] },
    readyTimeoutMs,
    readyTimeoutAction,
    dependsOn,
    onDependencyFailure,
    restart: {
      delayMs: values.restartDelayMs,
      mostDelayMs: values.mostRestartDelayMs,
      factor: values.restartFactor,
      jitter: values.restartJitter,
      budget: values.restartBudget,
    },
    onFailure,
    successStopsAll,
    exitCodeMap: values.exitCodeMap,
    schedule: scheduleOf(values),
    hooks: hooksOf(values),
  };
}

function scheduleOf({ schedule, timeZone, overlap, scheduleJitterMs, scheduleDeadlineMs }: BeyondValues): ScheduleSettings | null {
  return schedule === null ? null : { pattern: schedule, timeZone, overlap, jitterMs: scheduleJitterMs, deadlineMs: scheduleDeadlineMs };
}

function hooksOf({ startPre, startPost, stopPre, stopPost, hookTimeoutMs }: BeyondValues): Hooks | null {
  const hooks = { startPre, startPost, stopPre, stopPost };
  return Object.values(hooks).every((hook) => hook === null) ? null : { ...hooks, timeoutMs: hookTimeoutMs };
}
