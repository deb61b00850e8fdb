/**
 * Options of [program:x] and its kin, in three tables by when they are read: for the group, once for the section, once
 * for each process (which alone know %(process_num)s).
 */
import { commandLine } from '../values/text/command-line.ts';
import { seconds } from '../values/time/durations.ts';
import { environment } from '../values/text/environment.ts';
import { exitCodes } from '../values/exit-codes.ts';
import { user } from '../values/machine/identity.ts';
import { count, integer, octal, retries } from '../values/numbers.ts';
import { logTarget } from '../values/paths.ts';
import { signal } from '../values/machine/signals.ts';
import { size } from '../values/machine/sizes.ts';
import { plainText } from '../values/value-type.ts';
import { autorestart, boolean } from '../values/text/words.ts';
import { expandedApart, expandedTwice, option, optional, required } from './option.ts';

export const MOST_PRIORITY = 2 ** 31;
const MOST_RETRIES = 2 ** 31 - 1;

export const programGroupOptions = {
  priority: option('priority', count(-MOST_PRIORITY, MOST_PRIORITY), '999', 'Lower starts first and stops last.'),
};

export const programSectionOptions = {
  numprocs: option('count', integer(-MOST_PRIORITY, 10_000), '1', 'How many processes to run; more than one needs %(process_num) in process_name.'),
  numprocs_start: option('firstNumber', count(-MOST_PRIORITY, MOST_PRIORITY), '0', 'Number of the first process.'),
  autostart: option('autostart', boolean, 'true', 'Start with the supervisor.'),
  startsecs: option('startMs', seconds, '1', 'Time a start must survive to count as running; 0 counts at once.'),
  startretries: option('startRetries', retries(MOST_RETRIES), '3', 'Failed starts in a row, after the first, until giving up; unlimited for never.'),
  autorestart: option('autorestart', autorestart, 'unexpected', 'Start again after an exit: always (true), never (false), or after an unexpected one.'),
  exitcodes: option('exitCodes', exitCodes, '0', 'Exit codes that are expected.'),
  stopsignal: option('stopSignal', signal, 'TERM', 'Signal that asks the program to end.'),
  stopwaitsecs: option('stopWaitMs', seconds, '10', 'Time from the stop signal to KILL.'),
  stopasgroup: optional(
    'stopAsGroup',
    boolean,
    'Send the stop signal to the whole process group at once; false: to the main process alone. Without it the main process comes first, and what is left of its group has the signal later, once; supervisord: false.',
  ),
  killasgroup: optional(
    'killAsGroup',
    boolean,
    'Send KILL to the whole process group, and wait for it. Without it tsinit waits for the group, and KILL reaches the whole tree; supervisord: as stopasgroup.',
  ),
  user: optional('user', user, 'User to run as; needs root.'),
  redirect_stderr: option('redirectStderr', boolean, 'false', 'Send stderr the way of stdout.'),
  umask: optional('umask', octal, 'File mode mask of the program.'),
  stdout_capture_maxbytes: option('stdoutCaptureMaxBytes', size, '0', 'Size of the capture buffer for stdout; 0: no capture.'),
  stderr_capture_maxbytes: option('stderrCaptureMaxBytes', size, '0', 'Size of the capture buffer for stderr; 0: no capture.'),
  stdout_events_enabled: option('stdoutEventsEnabled', boolean, 'false', 'Emit an event for what is written to stdout.'),
  stderr_events_enabled: option('stderrEventsEnabled', boolean, 'false', 'Emit an event for what is written to stderr.'),
  serverurl: optional('serverUrl', plainText, 'Value of SUPERVISOR_SERVER_URL; AUTO or absent: the first control interface.'),
  essential: option('essential', boolean, 'false', 'With exit_policy=essential: when this program ends for good, everything ends.'),
};

export const programProcessOptions = {
  command: required(
    'command',
    commandLine,
    (section) => `program section ${section} does not specify a command`,
    'Program and arguments, quoted as for a POSIX shell; no shell is run.',
  ),
  process_name: expandedApart(option('name', plainText, '%(program_name)s', 'Name of each process, from %(program_name)s, %(process_num)d and the like.')),
  pid_file: optional(
    'pidFile',
    plainText,
    'File in which the program writes its process id when it puts itself into the background: the program runs for as long as that process does, and signals go to it. Only a process that the program has started counts.',
  ),
  directory: optional('directory', plainText, 'Directory to start the program in.'),
  stdout_logfile: expandedTwice(
    option('stdoutTarget', logTarget('stdout'), 'AUTO', "Where stdout goes: a path, NONE, AUTO (the container's stdout, prefixed) or SYSLOG."),
  ),
  stdout_logfile_maxbytes: option('stdoutMaxBytes', size, '50MB', 'Rotate at this size; 0 never.'),
  stdout_logfile_backups: option('stdoutBackups', count(0, 10_000), '10', 'Rotated files to keep.'),
  stdout_syslog: option('stdoutSyslog', boolean, 'false', 'Send lines of stdout to syslog too.'),
  stderr_logfile: expandedTwice(
    option('stderrTarget', logTarget('stderr'), 'AUTO', "Where stderr goes: a path, NONE, AUTO (the container's stderr, prefixed) or SYSLOG."),
  ),
  stderr_logfile_maxbytes: option('stderrMaxBytes', size, '50MB', 'Rotate at this size; 0 never.'),
  stderr_logfile_backups: option('stderrBackups', count(0, 10_000), '10', 'Rotated files to keep.'),
  stderr_syslog: option('stderrSyslog', boolean, 'false', 'Send lines of stderr to syslog too.'),
};

/** Read before the others of a process: its variables are names for them. */
export const programEnvironmentOptions = {
  environment: expandedApart(option('environment', environment, '', 'Variables for the program, over those of [supervisord].')),
};
