/**
 * The flags of supervise mode: supervisord's, in one table for parsing and for the help text. `option`: the option of
 * [supervisord] that the flag overrides; null: the flag is an order to the command line itself.
 */

export type Flag = {
  /** One letter, without the dash; null: long form only. */
  readonly short: string | null;
  readonly long: string;
  /** What the value is, for the help; null: the flag takes none. */
  readonly value: string | null;
  readonly option: string | null;
  readonly doc: string;
  /** Only tsinit knows it. */
  readonly isOurs: boolean;
};

export const FLAGS: readonly Flag[] = [
  flag('c', 'configuration', 'FILE', null, 'Configuration file.'),
  flag('n', 'nodaemon', null, 'nodaemon', 'Stay in the foreground.'),
  flag('s', 'silent', null, 'silent', 'Do not copy log lines to stdout.'),
  flag('h', 'help', null, null, 'Show this help.'),
  flag('v', 'version', null, null, 'Show the version.'),
  flag('u', 'user', 'USER', 'user', 'User to become at start.'),
  flag('m', 'umask', 'MASK', 'umask', 'File mode mask.'),
  flag('d', 'directory', 'DIRECTORY', 'directory', 'Directory to change to when daemonizing.'),
  flag('l', 'logfile', 'FILE', 'logfile', 'Log file.'),
  flag('y', 'logfile_maxbytes', 'SIZE', 'logfile_maxbytes', 'Rotate the log file at this size.'),
  flag('z', 'logfile_backups', 'COUNT', 'logfile_backups', 'Rotated log files to keep.'),
  flag('e', 'loglevel', 'LEVEL', 'loglevel', 'Least important level to log.'),
  flag('j', 'pidfile', 'FILE', 'pidfile', 'File for the process id.'),
  flag('i', 'identifier', 'NAME', 'identifier', 'Name of this supervisor.'),
  flag('q', 'childlogdir', 'DIRECTORY', 'childlogdir', 'Directory of automatic log files.'),
  flag('k', 'nocleanup', null, 'nocleanup', 'Keep automatic log files of earlier runs.'),
  flag('a', 'minfds', 'COUNT', 'minfds', 'Least number of file descriptors.'),
  flag(null, 'minprocs', 'COUNT', 'minprocs', 'Least number of processes.'),
  flag('t', 'strip_ansi', null, 'strip_ansi', 'Remove escape sequences from program output.'),
  flag(null, 'profile_options', 'LIST', null, 'Accepted for compatibility, and ignored.'),
  { ...flag(null, 'stop-signals', 'LIST', 'stop_signals', 'Signals that stop everything, as in TERM,INT,WINCH.'), isOurs: true },
  { ...flag(null, 'compat', 'supervisord', null, 'Read the configuration exactly as supervisord does.'), isOurs: true },
];

function flag(short: string | null, long: string, value: string | null, option: string | null, doc: string): Flag {
  return { short, long, value, option, doc, isOurs: false };
}
