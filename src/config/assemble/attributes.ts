/** What the kernel gives a program's process, out of the options that say so. */
import type { ProcessAttributes, ResourceLimit } from '../model/model.ts';
import type { BeyondValues } from '../options/beyond-options.ts';

/** Linux's numbers. */
const RESOURCES = {
  limitCpu: 0,
  limitFileSize: 1,
  limitData: 2,
  limitStack: 3,
  limitCore: 4,
  limitResident: 5,
  limitProcesses: 6,
  limitFiles: 7,
  limitLockedMemory: 8,
  limitAddressSpace: 9,
  limitLocks: 10,
  limitPendingSignals: 11,
  limitMessageQueues: 12,
  limitNice: 13,
  limitRealTimePriority: 14,
  limitRealTime: 15,
} as const;

export function attributesOf(values: BeyondValues): ProcessAttributes {
  const { nice, oomScoreAdjust, noNewPrivileges, capabilities, processors, ioPriority, parentDeathSignal, root, hasTerminal } = values;
  const limits: ResourceLimit[] = [];
  for (const [field, resource] of Object.entries(RESOURCES)) {
    const limit = values[field as keyof typeof RESOURCES];
    if (limit !== null) limits.push({ resource, ...limit });
  }
  return { nice, oomScoreAdjust, limits, noNewPrivileges, capabilities, processors, ioPriority, parentDeathSignal, root, hasTerminal };
}
