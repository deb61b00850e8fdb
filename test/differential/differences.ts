/**
 * Every deliberate difference between supervisord and tsinit in its personality, with the reason. docs/migration.md
 * lists them word for word (write-migration.ts); a scenario that shows one names it, and fails when it shows no more.
 */

export type DifferenceId = keyof typeof DIFFERENCES;

export type Difference = { readonly title: string; readonly reason: string };

export const DIFFERENCES = {
  'sigpipe-default': {
    title: 'Programs start with SIGPIPE and SIGXFSZ at their default; supervisord hands them down ignored.',
    reason: 'An accident of Python, which makes `producer | head -1` in a script run on for ever.',
  },
  'broken-reload': {
    title:
      'HUP with a configuration that has mistakes changes nothing: all mistakes are logged and the programs run on. supervisord stops every program, then ends with code 2.',
    reason: 'A typing error should not take a container down.',
  },
  'spawn-step': {
    title:
      "A program that cannot be started because a step after the fork fails (directory, user, script interpreter, executable format) is a `spawnerr:` line with the cause. supervisord logs `spawned:`, writes the cause into the program's stderr log and sees an exit with code 127. States and retries are the same.",
    reason: 'The cause stands where one looks for it, also when the program has no stderr log.',
  },
  sweep: {
    title: 'At the end whatever the programs have left behind gets TERM and two seconds before KILL. Under supervisord as PID 1 the kernel kills it at once.',
    reason: 'Daemons and grandchildren get the chance to write their data out.',
  },
  'silent-reaping': {
    title: 'Orphans are reaped without a `reaped unknown pid` line.',
    reason: 'For PID 1 of a container that is everyday work; the lines frighten people and fill logs.',
  },
  'started-line': {
    title: '`supervisord started with pid` is logged also when the pid file cannot be written.',
    reason: 'The server has started; what is wrong with the pid file is logged beside it.',
  },
  'search-warning': {
    title: 'No warning when root starts it without `-c` and it searches the usual places.',
    reason: 'A container starts its one configuration that way.',
  },
  'extra-warnings': {
    title:
      'Unknown sections and options, empty commands and commands with an open quote are warned about at the start; supervisord passes over them in silence until it is too late.',
    reason: 'Most of them are typing errors. They stay warnings, so that the configuration works as before.',
  },
  'group-member-error': {
    title: 'A group that names an unknown program: the message names the group. supervisord names the section that it happened to read last.',
    reason: 'Its message sends people to the wrong place.',
  },
  'limit-message': {
    title: 'The refusal about `minfds` tells the limit that really holds; supervisord tells the wished one.',
    reason: 'Its message contradicts itself.',
  },
  'stdout-of-others': {
    title:
      "`/dev/stdout` and `/dev/stderr` as log files work for every user; under supervisord without root they fail with EACCES when the stream is a pipe of root's.",
    reason: 'It is how containers are run.',
  },
  'no-illegal-seek': {
    title: 'A log on `/dev/stdout` or another pipe is not rotated, whatever `*_maxbytes` says. supervisord fails with `Illegal seek` and closes the stream.',
    reason: 'A pipe cannot be rotated; everybody has run into this once.',
  },
  'socket-once': {
    title:
      'The socket of an `[fcgi-program:x]` is made when its first process starts, and logged once. supervisord makes it also once before, to try, and closes it again.',
    reason: 'A trial that another client may meet is no kindness.',
  },
  'logs-in-memory': {
    title:
      'Logs on `/dev/stdout`, `/dev/stderr` and syslog can be read by `tail`: their last 64 KiB are kept in memory. supervisord answers that it cannot, or that there is no log.',
    reason: 'It is how containers are run, and clients want to see.',
  },
  'clear-in-place': {
    title:
      'Clearing a log makes its file empty, with the mode it had. supervisord removes it and makes another, an `AUTO` log then for everybody to read; a log on `/dev/stdout` makes it remove that device from the container.',
    reason: 'Links, modes and devices survive.',
  },
  'reread-sees': {
    title: '`reread` also tells a log file that has become `AUTO`, and another mode, owner or backlog of a FastCGI socket. supervisord does not notice.',
    reason: 'What is written should be what runs after an update.',
  },
  'syslog-missing': {
    title: 'A syslog that cannot be reached is said once in the main log.',
    reason: 'Lost output should not be lost in silence.',
  },
  'server-in-the-way': {
    title:
      'A control interface whose address is in use is told in the log, in the same words, and tried again until it succeeds; the programs run on. supervisord ends with code 2.',
    reason: 'Programs should not go down for the sake of their remote control.',
  },
  'http-limits': {
    title:
      'Control interfaces have limits of size, number and time, are slow to those who guess passwords, and refuse pages of other sites. supervisord has no limits, and any page in a browser that reaches it can command it.',
    reason: 'They may be reached by strangers.',
  },
  'not-a-socket': {
    title: 'What is at the path of a control socket and is no socket is left alone; the log says so. supervisord deletes it.',
    reason: 'It may be precious.',
  },
  'rpc-always-answers': {
    title:
      'A log that is not UTF-8, is cut inside a character or holds control characters is answered with U+FFFD in their place; a number that is none, a full standard input and the like are faults. supervisord answers 500, or XML that no client can read.',
    reason: 'What programs write should be readable, and mistakes should say what they are.',
  },
  'rpc-more': {
    title:
      'XML-RPC has one namespace more, `tsinit`, and three faults more: 120 NO_ACCESS for logins that may not do everything, 121 TOO_MUCH for answers beyond all measure, 122 NO_RELOAD.',
    reason: 'The tools of tsinit speak the same language as those of supervisord.',
  },
  'page-actions': {
    title:
      'The buttons of the status page act by POST with a token. `GET /index.html?action=...` works for scripts as before; from a browser it is refused. The page looks different and says why a process does not run.',
    reason: 'Any page could have made a browser stop programs.',
  },
  foreground: {
    title: '`nodaemon=false` does not go to the background; that is said once.',
    reason: 'A container ends with its first process.',
  },
  'no-python': {
    title: 'Python plug-ins (`rpcinterface` and `ctlplugin` factories but the standard one, `result_handler`) are refused or ignored.',
    reason: 'There is no Python.',
  },
  'lost-events': {
    title: 'Events that a full buffer loses are one line a second with their number; supervisord writes a line for each.',
    reason: 'What is lost should not drown what happens.',
  },
  timing: {
    title: 'Starts, retries, exits and signals are acted upon at once; supervisord looks once a second.',
    reason: 'Nobody waits for the sake of waiting.',
  },
} as const satisfies Readonly<Record<string, Difference>>;
