/** What a program may use, out of the options that say so. */
import type { BeyondValues } from '../options/beyond-options.ts';
import { addWarning } from '../problems.ts';
import { placeOfOption, type RawSection, showPlace } from '../read/raw.ts';
import type { ReadContext } from '../read/read-options.ts';
import type { ControlGroupLimits, UsageSettings } from '../model/service-model.ts';

export function usageOf({ memoryLimit, memoryLimitAction, cpuLimit, cpuLimitAction }: BeyondValues): UsageSettings | null {
  if (memoryLimit === null && cpuLimit === null) return null;
  return {
    memory: memoryLimit === null ? null : { bytes: memoryLimit, action: memoryLimitAction },
    cpu: cpuLimit === null ? null : { ...cpuLimit, action: cpuLimitAction },
  };
}

export function controlGroupOf({ memoryMax, cpuMax, pidsMax }: BeyondValues): ControlGroupLimits | null {
  return memoryMax === null && cpuMax === null && pidsMax === null ? null : { memoryMax, cpuMax, pidsMax };
}

/** A limit that is never come to. */
export function warnOfUsage(context: ReadContext, section: RawSection, { memoryLimit, memoryMax }: BeyondValues): void {
  if (memoryLimit === null || memoryMax === null || memoryLimit < memoryMax) return;
  const place = placeOfOption(context.config, section, 'memory_limit');
  const sentence = `memory_limit of [${section.name}] (${showPlace(place)}) is never come to: above memory_max, which is no larger, the kernel kills it first`;
  addWarning(context.problems, place, { ours: sentence, peer: sentence });
}
