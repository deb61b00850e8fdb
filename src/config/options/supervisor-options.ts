/** Options of [supervisord], also written [tsinit]: the supervisor itself. */
import { duration } from '../values/time/durations.ts';
import { environment } from '../values/text/environment.ts';
import { exitCodeMap } from '../values/exit-code-map.ts';
import { user } from '../values/machine/identity.ts';
import { count, integer, octal } from '../values/numbers.ts';
import { existingDirectory, ownFile, ownLog } from '../values/paths.ts';
import { crashBudget } from '../values/time/restart-budget.ts';
import { signals } from '../values/machine/signals.ts';
import { size } from '../values/machine/sizes.ts';
import { syslogSockets } from '../values/network/syslog-sockets.ts';
import { plainText } from '../values/value-type.ts';
import { boolean, exitPolicy, logLevel } from '../values/text/words.ts';
import { expandedTwice, option, optional } from './option.ts';

const MOST_FILES = 2 ** 30;

export const supervisorOptions = {
  exit_policy: optional(
    'exitPolicy',
    exitPolicy,
    'When to exit by itself: never, at the first program that ends for good (any), when none runs and none will again (all), or when an essential one ends (essential). Without it: all when no control interface is configured, else never.',
    { tsinit: null, supervisord: 'never' },
  ),
  exit_code_map: option('exitCodeMap', exitCodeMap, '', "The container's exit codes that become others, as in 143:0, 130:0."),
  exit_report: optional(
    'exitReport',
    plainText,
    "File for a JSON line about the exit: who decided, with which code, since when, last words. Without it: /dev/termination-log, when it is there. stderr: on the container's stderr in place of the closing sentence; none: no report and no sentence.",
  ),
  stop_window: optional(
    'stopWindowMs',
    duration,
    'Time into which the stop of everything fits, exit included; 0: as long as it takes. TSINIT_STOP_WINDOW in the environment comes first. Without either: 30 in Kubernetes, else 10; supervisord: none.',
  ),
  stop_signals: option(
    'stopSignals',
    signals,
    'TERM, INT, QUIT, PWR, RTMIN+3',
    "Signals to tsinit that stop everything. An image's STOPSIGNAL cannot be seen from inside: one that is not among them is written here, as in TERM, INT, WINCH.",
  ),
  drain_delay: option('drainDelayMs', duration, '0', 'Time between the wish to stop, from which on healthcheck says not ready, and the stop itself.'),
  crash_budget: optional(
    'crashBudget',
    crashBudget,
    'Failures of all programs together that are allowed, as in 10/60: ten within sixty seconds; beyond that everything ends with code 69.',
  ),
  start_timeout: option(
    'startTimeoutMs',
    duration,
    '0',
    'Time within which every program that starts by itself must be ready, or have done its work; else everything ends with code 75. 0: no limit.',
  ),
  parallel_start: option('parallelStart', integer(0, 10_000), '0', 'How many programs may be STARTING at a time; the others wait for their turn. 0: all.'),
  leave_nothing: option(
    'leavesNothing',
    boolean,
    'true',
    'Before the exit, end what programs have left behind: TERM, then KILL, and name it. false: leave it alone.',
  ),
  logfile: optional('logFile', ownLog, "The supervisor's own log file, or syslog. Without it: the container's stderr.", {
    tsinit: null,
    supervisord: 'supervisord.log',
  }),
  logfile_maxbytes: option('logFileMaxBytes', size, '50MB', 'Rotate the log file at this size; 0 never.'),
  logfile_backups: option('logFileBackups', count(0, 10_000), '10', 'Rotated log files to keep.'),
  loglevel: option('logLevel', logLevel, 'info', 'Least important level to log; debug and below also copies program output into the log.'),
  pidfile: optional('pidFile', ownFile, "File that holds the supervisor's process id while it runs.", { tsinit: null, supervisord: 'supervisord.pid' }),
  umask: optional('umask', octal, 'File mode mask of the supervisor.', { tsinit: null, supervisord: '022' }),
  directory: optional('directory', existingDirectory, 'Directory to change to when daemonizing.'),
  nodaemon: option('noDaemon', boolean, { tsinit: 'true', supervisord: 'false' }, 'Stay in the foreground.'),
  silent: option('silent', boolean, 'false', 'Do not copy log lines to stdout.'),
  minfds: option('minFds', count(0, MOST_FILES), { tsinit: '0', supervisord: '1024' }, 'Least number of file descriptors that must be available.'),
  minprocs: option('minProcs', count(0, MOST_FILES), { tsinit: '0', supervisord: '200' }, 'Least number of processes that must be available.'),
  nocleanup: option('noCleanup', boolean, 'false', 'Keep the automatic log files of earlier runs.'),
  childlogdir: optional('childLogDir', existingDirectory, "Directory of automatic log files. Without it: the system's temporary directory."),
  notify_directory: optional(
    'notifyDirectory',
    existingDirectory,
    'Directory of the sockets for ready_on=notify, for programs that cannot use abstract ones. Without it: abstract.',
  ),
  ca_file: optional('caFile', ownFile, 'File of certificate authorities (PEM) to trust beside the usual ones: in health checks by https, webhooks and mail.'),
  user: optional('user', user, 'User that the supervisor becomes at its start, and of programs that name none; supervisord: init, too.'),
  strip_ansi: option('stripAnsi', boolean, 'false', 'Remove terminal escape sequences from program output.'),
  syslog_socket: option(
    'syslogSockets',
    syslogSockets,
    '',
    "Paths of unix sockets on which tsinit takes syslog messages, as in /dev/log; stream:/path takes connections. Lines go to the container's stdout under the sender's tag.",
  ),
  identifier: option('identifier', plainText, 'supervisor', 'Name of this supervisor for clients and automatic log files.'),
};

/** Read before the others: its variables are names for everything after it. */
export const supervisorEnvironmentOptions = {
  environment: expandedTwice(option('environment', environment, '', 'Variables for all programs.')),
};
