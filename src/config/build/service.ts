/** What a program is to others, out of its options. */
import type { ScheduleSettings, ServiceSettings } from '../model.ts';
import type { Values } from '../options/option.ts';
import type { scheduleOptions } from '../options/schedule-options.ts';
import type { serviceOptions } from '../options/service-options.ts';

import { healthOf, type HealthValues } from './health.ts';

export type ScheduleValues = Values<typeof scheduleOptions>;
export type ServiceValues = Values<typeof serviceOptions>;

export function serviceOf(values: ServiceValues, health: HealthValues, schedule: ScheduleValues): ServiceSettings {
  const { type, readyOn, readyTimeoutMs, readyTimeoutAction, dependsOn, onDependencyFailure, onFailure, successStopsAll } = values;
  const isOneshot = type === 'oneshot';
  return {
    isOneshot,
    health: healthOf(health),
    readyOn: readyOn ?? { kind: isOneshot ? 'exit' : 'started' },
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
    schedule: scheduleOf(schedule),
  };
}

function scheduleOf({ schedule, timeZone, overlap, scheduleJitterMs, scheduleDeadlineMs }: ScheduleValues): ScheduleSettings | null {
  return schedule === null ? null : { pattern: schedule, timeZone, overlap, jitterMs: scheduleJitterMs, deadlineMs: scheduleDeadlineMs };
}
