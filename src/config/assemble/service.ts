/** What a program is to others, out of its options. */
import type { Hooks, ReadyOn, ReloadSettings, ScheduleSettings, ServiceSettings } from '../model/service-model.ts';
import type { DeclaredSocket } from '../model/activation-model.ts';
import type { BeyondValues } from '../options/beyond-options.ts';
import { addError } from '../problems.ts';
import { placeOfOption, showPlace } from '../read/raw.ts';
import type { ReadContext, ReadFrom } from '../read/read-options.ts';
import { activationOf } from './activation.ts';
import { healthOf, watchdogOf } from './health.ts';
import { controlGroupOf, usageOf } from './usage.ts';

const READY_BY_TYPE = { simple: 'started', oneshot: 'exit', notify: 'notify' } as const satisfies Record<BeyondValues['type'], ReadyOn['kind']>;

export function serviceOf(values: BeyondValues, sockets: ReadonlyMap<string, DeclaredSocket>): ServiceSettings {
  const { type, readyOn, readyTimeoutMs, readyTimeoutAction, dependsOn, onDependencyFailure, onFailure, successStopsAll } = values;
  const isOneshot = type === 'oneshot';
  return {
    isOneshot,
    health: healthOf(values),
    watchdog: watchdogOf(values),
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
    activation: activationOf(values, sockets),
    hooks: hooksOf(values),
    reload: reloadOf(values),
    usage: usageOf(values),
    controlGroup: controlGroupOf(values),
  };
}

function scheduleOf({ schedule, timeZone, overlap, scheduleJitterMs, scheduleDeadlineMs }: BeyondValues): ScheduleSettings | null {
  return schedule === null ? null : { pattern: schedule, timeZone, overlap, jitterMs: scheduleJitterMs, deadlineMs: scheduleDeadlineMs };
}

function hooksOf({ startPre, startPost, stopPre, stopPost, hookTimeoutMs }: BeyondValues): Hooks | null {
  const hooks = { startPre, startPost, stopPre, stopPost };
  return Object.values(hooks).every((hook) => hook === null) ? null : { ...hooks, timeoutMs: hookTimeoutMs };
}

function reloadOf({ reloadCommand, reloadSignal, hookTimeoutMs: timeoutMs }: BeyondValues): ReloadSettings | null {
  if (reloadCommand !== null) return { kind: 'command', argv: reloadCommand, timeoutMs };
  return reloadSignal === null ? null : { kind: 'signal', signal: reloadSignal, timeoutMs };
}

/** Two ways to reload would leave open which one is meant. */
export function checkReload(context: ReadContext, from: ReadFrom, { reloadCommand, reloadSignal }: BeyondValues): boolean {
  if (reloadCommand === null || reloadSignal === null) return true;
  const place = placeOfOption(context.config, from.section, 'reload_signal');
  const sentence = `reload_signal of [${from.section.name}] (${showPlace(place)}) stands beside reload_command; keep one of them`;
  addError(context.problems, place, { ours: sentence, peer: sentence });
  return false;
}
