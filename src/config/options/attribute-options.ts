/** Options of [program:x] that say what its process is given by the kernel: limits, rights, priorities, root and terminal. */
import { capabilities } from '../values/machine/capabilities.ts';
import { environmentFiles } from '../values/text/environment-file.ts';
import { groupIds } from '../values/machine/identity.ts';
import { ioPriority } from '../values/machine/io-priority.ts';
import { integer } from '../values/numbers.ts';
import { processors } from '../values/machine/processors.ts';
import { countLimit, microsecondsLimit, secondsLimit, sizeLimit } from '../values/machine/resource-limits.ts';
import { signal } from '../values/machine/signals.ts';
import { plainText } from '../values/value-type.ts';
import { boolean, oneOf } from '../values/text/words.ts';
import { optional, option } from './option.ts';

const LEAST_NICE = -20;
const MOST_NICE = 19;
const MOST_OOM_SCORE = 1000;

export const attributeOptions = {
  groups: optional('supplementaryGroups', groupIds, 'Supplementary groups, names or numbers, in the place of those of its user.'),
  nice: optional('nice', integer(LEAST_NICE, MOST_NICE), 'Nice value: higher is more patient.'),
  oom_score_adj: optional('oomScoreAdjust', integer(-MOST_OOM_SCORE, MOST_OOM_SCORE), 'How likely the kernel is to kill it when memory is short.'),
  io_priority: optional('ioPriority', ioPriority, 'Disk priority: idle, best-effort, best-effort:0 (first) to :7, or realtime:0 to :7.'),
  cpu_affinity: optional('processors', processors, 'Processors it may run on, as in 0-3,6.'),
  no_new_privileges: option('noNewPrivileges', boolean, 'false', 'No program it executes gets more rights than it has.'),
  capabilities: optional('capabilities', capabilities, 'The only capabilities it keeps, for any user, as in net_bind_service,chown; none for none.'),
  pdeathsig: optional('parentDeathSignal', signal, 'Signal it gets should tsinit itself die.'),
  chroot: optional('root', plainText, 'Directory that becomes its root; directory= and command= count from there.'),
  tty: option('hasTerminal', boolean, 'false', 'Give it a terminal of its own as stdin, stdout and stderr.'),
  stdin: optional(
    'stdin',
    oneOf(['null', 'pipe', 'inherit'], 'kind of standard input'),
    "Standard input: null, pipe (for `ctl` and events), or inherit tsinit's own, a terminal perhaps, which one process alone can have. Without it: null; pipe under `--compat supervisord`.",
  ),
  env_file: option('environmentFiles', environmentFiles, '', 'Files of KEY=VALUE lines, below environment=; a - before a path lets it be missing.'),
  clear_env: option('clearsEnvironment', boolean, 'false', "Do not hand the container's environment on: only what the configuration says, and PATH."),
  limit_cpu: optional('limitCpu', secondsLimit, 'Processor time in seconds; soft, or soft:hard, or unlimited. As all limits.'),
  limit_fsize: optional('limitFileSize', sizeLimit, 'Largest file it may write.'),
  limit_data: optional('limitData', sizeLimit, 'Largest data segment.'),
  limit_stack: optional('limitStack', sizeLimit, 'Largest stack.'),
  limit_core: optional('limitCore', sizeLimit, 'Largest core dump; 0: none.'),
  limit_rss: optional('limitResident', sizeLimit, 'Without effect on Linux since 2.4.30; accepted.'),
  limit_nproc: optional('limitProcesses', countLimit, 'Processes of its user.'),
  limit_nofile: optional('limitFiles', countLimit, 'Open files.'),
  limit_memlock: optional('limitLockedMemory', sizeLimit, 'Memory it may lock.'),
  limit_as: optional('limitAddressSpace', sizeLimit, 'Address space.'),
  limit_locks: optional('limitLocks', countLimit, 'File locks.'),
  limit_sigpending: optional('limitPendingSignals', countLimit, 'Signals that wait.'),
  limit_msgqueue: optional('limitMessageQueues', sizeLimit, 'Bytes in POSIX message queues.'),
  limit_nice: optional('limitNice', countLimit, 'How far nice may be lowered: 20 minus the limit.'),
  limit_rtprio: optional('limitRealTimePriority', countLimit, 'Highest real-time priority.'),
  limit_rttime: optional('limitRealTime', microsecondsLimit, 'Microseconds of real-time scheduling without a system call.'),
};
