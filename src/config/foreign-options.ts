/**
 * Options that stand in real files for supervisord and that it passes over: of its extensions, of its first versions, or written down in
 * the belief that they do something. What each was meant to do, and what does it here.
 */

const AS_PROGRAM: ReadonlyMap<string, string> = new Map([
  [
    'pidfile',
    'supervisord passes over it: no process id file is needed, tsinit knows the process that it has started; leave it out, or write pid_file= where the program puts itself into the background',
  ],
  ['exitcode', 'supervisord passes over it; write exitcodes for the codes of a normal end'],
  ['dependent_startup', 'it is of the extension supervisord-dependent-startup; write depends_on in the program that is to wait'],
  ['dependent_startup_wait_for', 'it is of the extension supervisord-dependent-startup; write depends_on=NAME:started or NAME:completed'],
  ['dependent_startup_inherit_priority', 'it is of the extension supervisord-dependent-startup; leave it out, depends_on decides the order'],
  ['depends', 'supervisord passes over it; write depends_on=NAME'],
  ['startdelay', 'supervisord passes over it; write depends_on=NAME:ready, with ready_on in that program'],
  ['start_delay', 'supervisord passes over it; write depends_on=NAME:ready, with ready_on in that program'],
  ['delay', 'supervisord passes over it; write depends_on=NAME:ready, with ready_on in that program'],
  ['logfile', 'supervisord passes over it in a program; write stdout_logfile'],
  ['logfile_maxbytes', 'supervisord passes over it in a program; write stdout_logfile_maxbytes'],
  ['logfile_backups', 'supervisord passes over it in a program; write stdout_logfile_backups'],
  ['loglevel', 'supervisord passes over it in a program; leave it out, it is an option of the supervisor itself'],
  ['log_stdout', 'it is of the first versions of supervisord; write stdout_logfile'],
  ['log_stderr', 'it is of the first versions of supervisord; write stderr_logfile or redirect_stderr=true'],
  ['group', 'supervisord passes over it; write user=NAME:GROUP, or a section [group:x] for programs commanded together'],
  ['nodaemon', 'supervisord passes over it in a program; leave it out: the program itself must stay in the foreground'],
  ['minfds', 'supervisord passes over it in a program; write limit_nofile'],
  ['healthcheck', 'supervisord passes over it; write health_command'],
]);

const AS_SUPERVISOR: ReadonlyMap<string, string> = new Map([
  ['stdout_logfile', "supervisord passes over it there; write it in the programs; the supervisor's own lines go to logfile"],
  ['stdout_logfile_maxbytes', 'supervisord passes over it there; write logfile_maxbytes'],
  ['stderr_logfile', "supervisord passes over it there; write it in the programs; the supervisor's own lines go to logfile"],
  ['stderr_logfile_maxbytes', 'supervisord passes over it there; write logfile_maxbytes'],
  ['redirect_stderr', 'supervisord passes over it there; write it in the programs'],
  ['autostart', 'supervisord passes over it there; write it in the programs'],
  ['autorestart', 'supervisord passes over it there; write it in the programs'],
  ['http_port', 'it is of the first versions of supervisord; write [inet_http_server] or [unix_http_server]'],
  ['http_username', 'it is of the first versions of supervisord; write username in [inet_http_server] or [unix_http_server]'],
  ['http_password', 'it is of the first versions of supervisord; write password in [inet_http_server] or [unix_http_server]'],
  ['sockchmod', 'it is of the first versions of supervisord; write chmod in [unix_http_server]'],
  ['sockchown', 'it is of the first versions of supervisord; write chown in [unix_http_server]'],
]);

const PROGRAMS = new Set(['program', 'program-default', 'fcgi-program', 'eventlistener']);

/** What to write instead; null: nothing is known about it. `kind`: of the section. */
export function adviceFor(kind: string, option: string): string | null {
  const known = kind === 'supervisord' ? AS_SUPERVISOR : PROGRAMS.has(kind) ? AS_PROGRAM : null;
  return known?.get(option) ?? null;
}
