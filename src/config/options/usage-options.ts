/** Options of [program:x]: how much memory, processor time and processes it may use; watched by tsinit, or kept to by the kernel. */
import { integer } from '../values/numbers.ts';
import { cpuLimit, cpuMax, someMemory } from '../values/machine/usage.ts';
import { oneOf } from '../values/text/words.ts';
import { option, optional } from './option.ts';

/** Linux's own bound of process ids. */
const MOST_PROCESSES = 4_194_304;

export const usageOptions = {
  memory_limit: optional(
    'memoryLimit',
    someMemory,
    'Memory that its processes may use together, as in 200MB. Looked at every few seconds; what follows is memory_limit_action.',
  ),
  memory_limit_action: option(
    'memoryLimitAction',
    oneOf(['restart', 'stop', 'event'], 'action'),
    'restart',
    'Above memory_limit: restart it as after a failed start, stop it, or only say so. Each is a PROCESS_LIMIT_MEMORY event, too.',
  ),
  cpu_limit: optional(
    'cpuLimit',
    cpuLimit,
    'Processor time that its processes may use together: percent of one processor on average over seconds, as in 80/60.',
  ),
  cpu_limit_action: option(
    'cpuLimitAction',
    oneOf(['restart', 'stop', 'event'], 'action'),
    'restart',
    'Above cpu_limit: as memory_limit_action, and a PROCESS_LIMIT_CPU event.',
  ),
  memory_max: optional(
    'memoryMax',
    someMemory,
    'Memory above which the kernel itself kills within it, by a cgroup of its own. As for all three: without a cgroup v2 that is ours to divide it is not started.',
  ),
  cpu_max: optional('cpuMax', cpuMax, 'Processor time that the kernel gives it at most, in percent of one processor, as in 150.'),
  pids_max: optional('pidsMax', integer(1, MOST_PROCESSES), 'Processes and threads that the kernel lets it have at most.'),
};
