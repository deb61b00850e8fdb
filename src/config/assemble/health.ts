/** Health checks out of their options: one probe at most, and a readiness that waits for a check has one. */
import type { HealthSettings, Probe, WatchdogSettings } from '../model/service-model.ts';
import type { BeyondValues } from '../options/beyond-options.ts';
import { addError } from '../problems.ts';
import { placeOfOption, showPlace } from '../read/raw.ts';
import type { ReadContext, ReadFrom } from '../read/read-options.ts';

const LEAST_INTERVAL_MS = 1000;

export function healthOf(values: BeyondValues): HealthSettings | null {
  const [probe] = probesOf(values);
  if (probe === undefined) return null;
  const { healthIntervalMs, healthTimeoutMs, healthRetries, healthStartPeriodMs, healthAction } = values;
  return {
    probe: probe.probe,
    intervalMs: Math.max(LEAST_INTERVAL_MS, healthIntervalMs),
    timeoutMs: Math.max(LEAST_INTERVAL_MS, healthTimeoutMs),
    retries: healthRetries,
    startPeriodMs: healthStartPeriodMs,
    action: healthAction,
  };
}

export function watchdogOf({ watchdogMs, healthAction }: BeyondValues): WatchdogSettings | null {
  return watchdogMs === 0 ? null : { periodMs: watchdogMs, action: healthAction };
}

/** False, and a problem, when the options of a section do not go together. */
export function checkHealth(context: ReadContext, from: ReadFrom, values: BeyondValues, waitsForCheck: boolean): boolean {
  const [first, second] = probesOf(values);
  if (first !== undefined && second !== undefined)
    return tell(context, from, second.name, `is the second health check beside ${first.name}; one program has one`);
  if (first === undefined && waitsForCheck)
    return tell(context, from, 'ready_on', 'waits for a health check, and there is none; write health_command, health_http, health_tcp or health_grpc');
  return true;
}

function probesOf({
  healthCommand,
  healthUrl,
  healthStatuses,
  healthAddress,
  healthGrpc,
}: BeyondValues): readonly { readonly name: string; readonly probe: Probe }[] {
  return [
    ...(healthCommand === null ? [] : [{ name: 'health_command', probe: { kind: 'command', argv: healthCommand } as const }]),
    ...(healthUrl === null ? [] : [{ name: 'health_http', probe: { kind: 'http', url: healthUrl, statuses: healthStatuses } as const }]),
    ...(healthAddress === null ? [] : [{ name: 'health_tcp', probe: { kind: 'tcp', ...healthAddress } as const }]),
    ...(healthGrpc === null ? [] : [{ name: 'health_grpc', probe: { kind: 'grpc', ...healthGrpc } as const }]),
  ];
}

function tell(context: ReadContext, from: ReadFrom, option: string, what: string): false {
  const place = placeOfOption(context.config, from.section, option);
  const sentence = `${option} of [${from.section.name}] (${showPlace(place)}) ${what}`;
  addError(context.problems, place, { ours: sentence, peer: sentence });
  return false;
}
