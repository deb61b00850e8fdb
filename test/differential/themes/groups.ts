/** Groups and logs by commands: reading the configuration again, taking groups in, letting them go, reading logs and making them empty. */
import { inFiles, withServerLines } from '../edits.ts';
import {
  STAY,
  type Scenario,
  type Step,
  type Theme,
  ctl,
  fatal,
  fileHas,
  line,
  program as plainProgram,
  quiet,
  running,
  signal,
  socket,
  write,
} from '../scenario.ts';

/** A main file with a control interface. */
const withControl = (conf: string): string => `[supervisord]
nodaemon=true
user=root
logfile={dir}/main.log
pidfile={dir}/server.pid
childlogdir={dir}/auto
[unix_http_server]
file={dir}/s
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://{dir}/s
${conf}`;

const program = (name: string, command: string, ...options: readonly string[]): string => plainProgram(name, command, 'startsecs=0', ...options);

const stays = (name: string, ...options: readonly string[]): string => program(name, STAY, ...quiet, ...options);

/** Another configuration in the file. */
const rewrite = (conf: string): Step => write('main.conf', withControl(conf));

const controlled = (name: string, conf: string, steps: readonly Step[], more: Partial<Scenario> = {}): Scenario => ({
  name,
  whole: withControl(conf),
  steps: [socket('s'), ...steps],
  ...more,
});

const socketsOnce = (lines: readonly string[]): readonly string[] =>
  lines.filter((text, at) => !/socket/.test(text) || lines.findLastIndex((each) => each === text) === at);

const says = (name: string, ...options: readonly string[]): string => program(name, `sh -c 'echo one; echo two >&2; exec sleep 1000'`, ...options);

export const groups: Theme = {
  name: 'groups',
  scenarios: [
    controlled('reread, avail, add and remove', stays('a') + stays('b') + stays('c'), [
      running('a'),
      running('b'),
      running('c'),
      ctl('reread'),
      rewrite(stays('a') + stays('b', 'priority=5') + stays('d') + stays('0')),
      ctl('avail', 'add d', 'reread', 'avail', 'status', 'add d'),
      running('d'),
      ctl('add a 0 nobody'),
      running('0'),
      ctl('remove c', 'stop c', 'remove c', 'remove c nobody', 'add c', 'status', 'avail', 'reread'),
    ]),
    controlled('update', stays('a') + stays('b') + stays('c'), [
      running('a'),
      running('b'),
      running('c'),
      ctl('update'),
      rewrite(stays('a') + stays('b', 'stopwaitsecs=7') + stays('d')),
      ctl('update'),
      running('b', 2),
      running('d'),
      ctl('status', 'update', 'reread'),
    ]),
    controlled('update of some groups', stays('a') + stays('b') + stays('c'), [
      running('a'),
      running('b'),
      running('c'),
      rewrite(stays('a', 'umask=077') + stays('b', 'umask=077') + stays('d') + stays('e')),
      ctl('update a d'),
      running('a', 2),
      running('d'),
      ctl('status', 'update nobody', 'update all'),
      running('b', 2),
      running('e'),
      ctl('avail'),
    ]),
    controlled('a changed group starts anew with all of its processes', `${stays('a')}${stays('b', 'autostart=false')}[group:g]\nprograms=a,b\n`, [
      running('a'),
      ctl('start g:b'),
      running('b'),
      ctl('stop g:a'),
      rewrite(`${stays('a')}${stays('b', 'autostart=false')}[group:g]\nprograms=a,b\npriority=4\n`),
      ctl('update'),
      running('a', 2),
      ctl('status', 'remove g', 'stop g:*', 'remove g', 'status'),
    ]),
    controlled('more and fewer processes of one program', program('a', STAY, ...quiet, 'numprocs=2', 'process_name=a%(process_num)d'), [
      running('a0'),
      running('a1'),
      rewrite(program('a', STAY, ...quiet, 'numprocs=3', 'process_name=a%(process_num)d')),
      ctl('update'),
      running('a2'),
      ctl('status'),
    ]),
    controlled('a file with mistakes', stays('a'), [
      running('a'),
      rewrite(`${stays('a')}${stays('b')}`),
      ctl('reread'),
      rewrite('[program:x]\ncommand=true\nautorestart=perhaps\n'),
      ctl('reread', 'update', 'add b'),
      running('b'),
      ctl('avail'),
      rewrite('[program:x]\n'),
      ctl('reread'),
      rewrite('[group:x]\nprograms=gone\n'),
      ctl('reread', 'status'),
    ]),
    controlled('what the environment of the server brings changes every program', stays('a') + stays('b'), [
      running('a'),
      running('b'),
      write('main.conf', withControl(stays('a') + stays('b')).replace('[supervisord]\n', '[supervisord]\nenvironment=A="1"\n')),
      ctl('reread'),
    ]),
    controlled('comments and order change nothing', stays('a') + stays('b'), [
      running('a'),
      running('b'),
      rewrite(`; a word\n${stays('b')}\n; more\n${stays('a')}`),
      ctl('reread'),
    ]),
    controlled(
      'a program that has given up can be removed, one that tries again cannot',
      `${plainProgram('a', 'no-such-command', ...quiet, 'startretries=0')}${stays('b')}`,
      [fatal('a'), running('b'), ctl('remove a b', 'status')],
    ),
    controlled('HUP takes what is in the file, whatever was added', stays('a'), [
      running('a'),
      rewrite(stays('a') + stays('b')),
      ctl('update'),
      running('b'),
      rewrite(stays('a') + stays('c')),
      signal('SIGHUP'),
      running('c'),
      running('a', 2),
      ctl('status', 'reread'),
    ]),
    controlled('automatic logs of a group that comes, goes and comes again', stays('a'), [
      running('a'),
      rewrite(stays('a') + says('b')),
      ctl('update'),
      fileHas(/b-stdout---/, /one/),
      fileHas(/b-stderr---/, /two/),
      ctl('tail b', 'stop b', 'remove b', 'add b'),
      fileHas(/b-stdout---/, /one\none/),
      fileHas(/b-stderr---/, /two\ntwo/),
      ctl('stop b'),
    ]),
    controlled(
      'logs are read and made empty',
      says('a', 'stdout_logfile={dir}/a.out', 'stderr_logfile={dir}/a.err') + says('b', 'stdout_logfile={dir}/b.out', 'redirect_stderr=true') + stays('c'),
      [
        fileHas('a.out', /one/),
        fileHas('a.err', /two/),
        fileHas('b.out', /two/),
        running('a'),
        running('b'),
        running('c'),
        ctl(
          'tail a',
          'tail a stderr',
          'tail -2 a',
          'tail b',
          'tail b stderr',
          'tail c',
          'tail nobody',
          'clear a',
          'tail a',
          'tail a stderr',
          'stop b',
          'clear b nobody',
          'tail b',
          'clear all',
        ),
      ],
    ),
    controlled(
      'the log of a FastCGI program that comes and goes',
      stays('a'),
      [
        running('a'),
        rewrite(`${stays('a')}[fcgi-program:f]\ncommand=${STAY}\nsocket=unix://{dir}/f.sock\nstartsecs=0\nstdout_logfile=NONE\nstderr_logfile=NONE\n`),
        ctl('update'),
        running('f'),
        ctl('stop f:*'),
        line(/Closing socket/),
        ctl('remove f', 'status'),
      ],
      { differs: [{ id: 'socket-once', edit: (seen) => withServerLines(seen, socketsOnce) }] },
    ),
    controlled(
      'a log on standard output is read from memory',
      program('a', `sh -c 'echo one; exec sleep 1000'`, 'stdout_logfile=/dev/stdout', 'stdout_logfile_maxbytes=0', 'stderr_logfile=NONE'),
      [line(/^one$/), running('a'), ctl('tail a', 'tail a stderr')],
      { differs: [{ id: 'logs-in-memory', edit: inFiles(/a: ERROR \(unknown error reading log\)/, 'one\n') }] },
    ),
    controlled(
      'a cleared log keeps its mode',
      says('a'),
      [fileHas(/a-stdout---/, /one/), fileHas(/a-stderr---/, /two/), running('a'), ctl('clear a', 'tail a')],
      {
        differs: [{ id: 'clear-in-place', edit: inFiles(/^0644 $/, '0600 ') }],
      },
    ),
    controlled(
      'a log file that becomes automatic',
      stays('a').replace('stdout_logfile=NONE', 'stdout_logfile={dir}/a.out'),
      [running('a'), rewrite(stays('a').replace('stdout_logfile=NONE', 'stdout_logfile=AUTO')), ctl('reread')],
      { differs: [{ id: 'reread-sees', edit: inFiles(/No config updates to processes/, 'a: changed') }] },
    ),
  ],
};
