/** What a program is to others, out of its options. */
import type { ServiceSettings } from '../model.ts';
import type { Values } from '../options/option.ts';
import type { serviceOptions } from '../options/service-options.ts';

import { healthOf, type HealthValues } from './health.ts';

export type ServiceValues = Values<typeof serviceOptions>;

export function serviceOf(values: ServiceValues, health: HealthValues): ServiceSettings {
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
  };
}
