/** The server itself: its main log, its pid file, its flags, what signals make it do. */
import { until } from '../../support/container.ts';
import { withServerLines, without, withoutStderr } from '../edits.ts';
import type { Observation } from '../observe.ts';
import {
  STAY,
  type Scenario,
  type Theme,
  copy,
  exited,
  fileHas,
  line,
  program as plainProgram,
  quiet,
  rename,
  running,
  signal,
  tell,
  write,
} from '../scenario.ts';

const program = (name: string, command: string, ...options: readonly string[]): string => plainProgram(name, command, 'startsecs=0', ...options);

const stays = program('a', STAY, ...quiet);

const idsInFile = program('a', '{report} --wait ids groups', 'stdout_logfile={dir}/auto/a.out', 'redirect_stderr=true');

/** supervisord ends with code 2; tsinit says what is wrong, goes on, and is stopped by the scenario. */
const survivingBrokenReload = (seen: Observation): Observation => {
  const said = [
    'WARN received SIGHUP indicating restart request',
    'ERRO cannot take the configuration over: it has mistakes; everything goes on with the one that was read before',
    "ERRO DIR/main.conf:7: bad logging level name 'loud'",
  ];
  return withServerLines({ ...seen, code: 0, stderr: [] }, (lines) => [
    ...lines.filter((text) => !/SIGHUP|to die$/.test(text)),
    ...said,
    'WARN received SIGTERM indicating exit request',
    'INFO waiting for a to die',
  ]);
};

const MAIN = '[supervisord]\nnodaemon=true\nuser=root\nlogfile={dir}/main.log\npidfile={dir}/server.pid\nchildlogdir={dir}/auto\n';

const withServer = (name: string, server: string, more: Partial<Scenario> = {}): Scenario => ({ name, server, conf: stays, steps: [running('a')], ...more });

/** Goes by the main log in the file, for servers whose standard output does not have it. */
const loggedRunning = fileHas('main.log', /success: a entered RUNNING/);

export const serverItself: Theme = {
  name: 'server',
  scenarios: [
    ...(['SIGTERM', 'SIGINT', 'SIGQUIT'] as const).map(
      (name): Scenario => ({ name: `${name} stops it`, conf: stays, steps: [running('a'), signal(name)], end: 'by itself' }),
    ),
    {
      name: 'a second TERM changes nothing',
      files: { 'never|': '', 'go|': '' },
      conf: program('a', `sh -c 'trap "read x < {dir}/go; exit 0" TERM; : > {dir}/up; while :; do read x < {dir}/never; done'`, ...quiet),
      steps: [fileHas('up', /^/), running('a'), signal('SIGTERM'), line(/waiting for a to die/), signal('SIGTERM'), line(/received SIGTERM/, 2), tell('go')],
      end: 'by itself',
      omit: /to die$/,
    },
    {
      name: 'HUP during a shutdown is ignored',
      files: { 'never|': '', 'go|': '' },
      conf: program('a', `sh -c 'trap "read x < {dir}/go; exit 0" TERM; : > {dir}/up; while :; do read x < {dir}/never; done'`, ...quiet),
      steps: [fileHas('up', /^/), running('a'), signal('SIGTERM'), line(/waiting for a to die/), signal('SIGHUP'), line(/SIGHUP/), tell('go')],
      end: 'by itself',
      omit: /to die$/,
    },
    { name: 'HUP starts everything again', conf: stays, steps: [running('a'), signal('SIGHUP'), running('a', 2)] },
    {
      name: 'HUP reads the file again',
      conf: stays,
      steps: [running('a'), write('main.conf', `${MAIN}${program('b', STAY, ...quiet)}`), signal('SIGHUP'), running('b')],
    },
    {
      name: 'HUP with a program that had become FATAL',
      conf: stays + plainProgram('b', 'no-such-command', 'startretries=0', ...quiet),
      steps: [running('a'), line(/gave up: b/), signal('SIGHUP'), line(/gave up: b/, 2), running('a', 2)],
    },
    {
      name: 'HUP with a broken file',
      conf: stays,
      steps: [
        running('a'),
        write('main.conf', `${MAIN}loglevel=loud\n`),
        signal('SIGHUP'),
        (server) => Promise.race([server.container.ended, server.container.stdout.line(/cannot take the configuration over/).catch(() => undefined)]),
      ],
      differs: [{ id: 'broken-reload', edit: survivingBrokenReload }],
    },
    {
      name: 'USR2 opens a renamed main log again',
      conf: stays,
      steps: [running('a'), rename('main.log', 'old.log'), signal('SIGUSR2'), line(/supervisord logreopen/), fileHas('main.log', /^/)],
    },
    withServer('the pid file', '', { steps: [running('a'), copy('server.pid', 'seen.pid')] }),
    withServer('a pid file that cannot be written', 'pidfile={dir}/auto\n', {
      differs: [
        { id: 'started-line', edit: (seen) => withServerLines(seen, ([set = '', ...rest]) => [set, 'INFO supervisord started with pid PID', ...rest]) },
      ],
    }),
    withServer('loglevel=warn', 'loglevel=warn\n', { conf: program('a', `sh -c ': > {dir}/up; exec sleep 1000'`, ...quiet), steps: [fileHas('up', /^/)] }),
    withServer('loglevel=critical', 'loglevel=critical\n', {
      conf: program('a', `sh -c ': > {dir}/up; exec sleep 1000'`, ...quiet),
      steps: [fileHas('up', /^/)],
    }),
    withServer('loglevel=debug', 'loglevel=debug\n', {
      conf: program('a', `sh -c 'echo hello; : > {dir}/up; exec sleep 1000'`, 'stdout_logfile={dir}/a.out', 'redirect_stderr=true'),
      steps: [fileHas('a.out', /hello/), running('a')],
      omit: /SIGCHLD|^DEBG fd \d+ closed/,
    }),
    withServer('silent=true', 'silent=true\n', { steps: [loggedRunning] }),
    withServer('the main log on /dev/stdout', 'logfile=/dev/stdout\nlogfile_maxbytes=0\n'),
    withServer('the main log on /dev/null', 'logfile=/dev/null\nlogfile_maxbytes=0\n'),
    withServer('the main log rotates', 'logfile_maxbytes=200\nlogfile_backups=2\n'),
    withServer('the main log with backups=0', 'logfile_maxbytes=100\nlogfile_backups=0\n'),
    {
      name: 'root without user= is told so',
      whole: `${MAIN.replace('user=root\n', '')}${stays}`,
      steps: [running('a')],
    },
    {
      name: 'another user',
      launcher: ['--uid', '65534'],
      whole: `[supervisord]\nnodaemon=true\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=/dev/null\nchildlogdir={dir}/auto\n${idsInFile}`,
      steps: [fileHas('auto/a.out', /^reported$/m)],
    },
    withServer('user= drops the privileges of the server', 'user=nobody\nlogfile={dir}/auto/main.log\npidfile={dir}/auto/server.pid\n', {
      conf: idsInFile,
      steps: [fileHas('auto/a.out', /^reported$/m), copy('auto/server.pid', 'seen.pid')],
    }),
    withServer('flags beat the file', 'loglevel=debug\nidentifier=file\n', {
      args: ['-n', '-e', 'info', '-i', 'flag', '-l', '{dir}/other.log', '-j', '{dir}/other.pid', '-q', '{dir}', '-u', 'root'],
      conf: program('a', `sh -c 'echo hello; exec sleep 1000'`, 'stderr_logfile=NONE'),
      steps: [running('a'), fileHas(/a-stdout---flag/, /hello/), copy('other.pid', 'seen.pid')],
    }),
    withServer('long flags', '', {
      args: ['--nodaemon', '--loglevel=warn', '--logfile', '{dir}/other.log', '--ident=x'],
      conf: program('a', `sh -c ': > {dir}/up; exec sleep 1000'`, ...quiet),
      steps: [fileHas('up', /^/)],
    }),
    {
      name: 'a link named supervisord finds ../etc/supervisord.conf',
      asLink: true,
      whole: null,
      args: ['{no-c}'],
      files: {
        'etc/supervisord.conf': `${MAIN}${program('a', `sh -c 'echo %(here)s; exec sleep 1000'`, 'stdout_logfile={dir}/a.out', 'redirect_stderr=true')}`,
      },
      steps: [running('a'), fileHas('a.out', /./)],
      differs: [{ id: 'search-warning', edit: withoutStderr }],
    },
    {
      name: 'a file in the working directory is found',
      whole: null,
      args: ['{no-c}', '-n'],
      files: { 'supervisord.conf': `${MAIN}${stays}` },
      steps: [running('a')],
      differs: [{ id: 'search-warning', edit: withoutStderr }],
    },
    {
      name: 'orphans are reaped',
      conf: program('a', 'sh {dir}/family', ...quiet),
      files: {
        'go|': '',
        orphan: 'read x < {dir}/go\necho $x > {dir}/heard\nexit 5\n',
        parent: 'sh {dir}/orphan > /dev/null 2>&1 &\n',
        family: 'sh {dir}/parent\n: > {dir}/up\nexec sleep 1000\n',
      },
      steps: [
        fileHas('up', /^/),
        running('a'),
        tell('go'),
        fileHas('heard', /go/),
        (server) => until(() => server.container.processes().every(({ command }) => !/orphan|^$/.test(command))),
      ],
      differs: [{ id: 'silent-reaping', edit: without(/^INFO reaped unknown pid/) }],
    },
    {
      name: 'all programs ended: the server stays',
      conf: program('a', 'true', 'autorestart=false', ...quiet),
      steps: [exited('a')],
      omit: /^INFO success/, // seen or not, as supervisord's clock goes
    },
  ],
};
