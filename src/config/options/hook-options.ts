/** Options of [program:x]: commands around its life, each run as the program is. */
import { duration } from '../values/time/durations.ts';
import { probeCommand } from '../values/network/probes.ts';
import { signal } from '../values/machine/signals.ts';
import { option, optional } from './option.ts';

export const hookOptions = {
  start_pre: optional(
    'startPre',
    probeCommand,
    'Command before each start; when it does not end with 0 the start has failed. No shell is run, as in all hooks.',
  ),
  start_post: optional('startPost', probeCommand, 'Command once the program is RUNNING; a failure is told.'),
  stop_pre: optional('stopPre', probeCommand, 'Command before the stop signal; its time counts within stopwaitsecs.'),
  stop_post: optional('stopPost', probeCommand, 'Command after each end of the program, before a restart or anything else follows from it.'),
  reload_command: optional(
    'reloadCommand',
    probeCommand,
    'Command by which `ctl reload NAME` has the program read its configuration again; its process is in MAINPID.',
  ),
  reload_signal: optional('reloadSignal', signal, 'Signal by which `ctl reload NAME` does that, to the main process.'),
  hook_timeout: option(
    'hookTimeoutMs',
    duration,
    '30',
    'Time after which a hook has failed and is stopped: its main process first, then its process group, and KILL after as long again, or `stopwaitsecs` where that is shorter.',
  ),
};
