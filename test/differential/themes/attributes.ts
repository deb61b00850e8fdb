/** What a program is given: environment, folder, umask, identity, descriptors, process group, signals, limits. */
import { inFiles, withLinesOf, withServerLines, withoutFiles } from '../edits.ts';
import { type Expected, type Scenario, type Theme, fileHas, line, program as plainProgram } from '../scenario.ts';

const REPORT = '{report} --wait pid pgid sid ids groups umask cwd fds env';

/** RUNNING at once: what is compared here must not depend on how long a scenario takes. */
const program = (name: string, command: string, ...options: readonly string[]): string => plainProgram(name, command, 'startsecs=0', ...options);

const output = (name: string): readonly string[] => [`stdout_logfile={dir}/${name}.out`, `stderr_logfile={dir}/${name}.err`];

const reports = (name: string, ...options: readonly string[]): string => program(name, REPORT, ...output(name), ...options);

const reported = (name: string) => fileHas(`${name}.out`, /^reported$/m);

const one = (name: string, options: readonly string[], more: Partial<Scenario> = {}): Scenario => ({
  name,
  conf: reports('a', ...options),
  steps: [reported('a')],
  ...more,
});

const defaultSignals: Expected = {
  id: 'sigpipe-default',
  edit: inFiles(/^SigIgn .*$/m, 'SigIgn 0000000000000000'),
};

export const attributes: Theme = {
  name: 'attributes',
  scenarios: [
    one('everything by default', []),
    one('environment', ['environment=A="1",B=two,PATH="/bin:/usr/bin",GREETING="changed"']),
    one('environment of the server reaches programs', [], { env: { FOO: 'bar', EMPTY: '', 'WITH SPACE': 'x y', ACCENT: 'ü€' } }),
    one("[supervisord] environment is beneath the program's", ['environment=B="program"'], { server: 'environment=A="server",B="server"\n' }),
    one('SUPERVISOR_ variables can be set by hand', ['environment=SUPERVISOR_ENABLED="no",SUPERVISOR_PROCESS_NAME="me"']),
    one('serverurl', ['serverurl=http://example.org:1']),
    one('expansions in environment', ['environment=A="%(ENV_GREETING)s %(program_name)s",B="%(here)s",C="%(group_name)s-%(process_num)d",D="100%%"']),
    one('quotes and commas in environment', [`environment=A='single "double" inside',B="a,b;c",C="with = sign",D="it's"`]),
    one('environment over several lines', ['environment=\n  A="1",\n  B="2",\n  ; a comment\n  C="3"']),
    one('directory', ['directory={dir}/auto']),
    one('umask', ['umask=077']),
    one("umask of the server is not the programs' in the foreground", [], { server: 'umask=027\n' }),
    one('user', ['user=nobody', 'stdout_logfile={dir}/a.out']),
    one('user with supplementary groups by number', ['user=2']),
    one('redirect_stderr', ['redirect_stderr=true', 'stderr_logfile=NONE']),
    {
      name: 'ignored and blocked signals',
      conf: program('a', '{report} --wait signals', ...output('a')),
      steps: [reported('a')],
      differs: [defaultSignals],
    },
    {
      name: 'limits',
      launcher: ['--nofile', '1100:2000'],
      conf: program('a', '{report} --wait limits', ...output('a')),
      steps: [reported('a')],
    },
    {
      name: 'minfds raises the soft limit',
      launcher: ['--nofile', '300:2000'],
      server: 'minfds=500\n',
      conf: program('a', '{report} --wait limits', ...output('a')),
      steps: [reported('a')],
    },
    {
      name: 'words of a command',
      conf: program('a', `{report} --wait argv -- 'one word' "two \\"words\\"" back\\\\slash $HOME ~ *.conf a;b c#d %(program_name)s %%`, ...output('a')),
      steps: [reported('a')],
    },
    {
      name: 'a command over several lines',
      conf: program('a', '{report} --wait argv --\n  first\n  "second third"\n', ...output('a')),
      steps: [reported('a')],
    },
    {
      name: 'the command is searched in the PATH of the program',
      files: { 'bin/hello!': '#!/bin/sh\necho $0 reported\necho reported\nexec sleep 1000\n' },
      conf: program('a', 'hello', 'environment=PATH="{dir}/bin:/bin:/usr/bin"', ...output('a')),
      steps: [reported('a')],
    },
    {
      name: 'numprocs',
      conf: reports(
        'a',
        'numprocs=3',
        'numprocs_start=5',
        'process_name=%(program_name)s_%(process_num)02d',
        'environment=N="%(process_num)s of %(numprocs)s"',
        'stdout_logfile={dir}/%(process_num)s.out',
      ),
      steps: [reported('5'), reported('6'), reported('7')],
    },
    {
      name: "process_name and group change names, not the program's",
      conf: `${reports('a', 'process_name=other', 'environment=X="%(program_name)s %(group_name)s"')}${reports('b')}[group:g]\nprograms=a,b\n`,
      steps: [reported('a'), reported('b')],
    },
    {
      name: 'a user that only root could give',
      launcher: ['--uid', '65534'],
      whole:
        '[supervisord]\nnodaemon=true\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=/dev/null\nchildlogdir={dir}/auto\n[program:a]\ncommand=sleep 1000\nuser=root\nstartretries=0\nstartsecs=5\nstdout_logfile={dir}/auto/a.out\nredirect_stderr=true\n',
      steps: [(server) => server.container.stdout.line(/gave up: a/)],
      differs: [
        {
          id: 'spawn-step',
          edit: (seen) => {
            const [, , ...later] = seen.processes['a'] ?? [];
            const said = "INFO spawnerr: Can't drop privilege as nonroot user";
            return withServerLines(withLinesOf(withoutFiles(seen, 'auto/a.out'), 'a', later), (lines) =>
              lines.flatMap((each) => (each.includes('started with pid') ? [each, said] : [each])),
            );
          },
        },
      ],
    },
    {
      name: '/dev/stdout of another user',
      launcher: ['--uid', '65534'],
      whole: `[supervisord]\nnodaemon=true\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=/dev/null\nchildlogdir={dir}/auto\n${program('a', "sh -c 'echo out of a; exec sleep 1000'", 'startretries=0', 'stdout_logfile=/dev/stdout', 'stdout_logfile_maxbytes=0', 'stderr_logfile=NONE')}`,
      steps: [line(/gave up: a|^out of a/)],
      differs: [
        {
          id: 'stdout-of-others',
          edit: (seen) => ({
            ...seen,
            output: ['out of a'],
            server: [...seen.server.filter((each) => !each.includes('spawnerr')), 'INFO waiting for a to die'],
            processes: {
              a: [
                "INFO spawned: 'a' with pid PID",
                'INFO success: a entered RUNNING state, process has stayed up for > than 0 seconds (startsecs)',
                'WARN stopped: a (terminated by SIGTERM)',
              ],
            },
          }),
        },
      ],
    },
  ],
};
