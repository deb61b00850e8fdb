/** What a configuration makes of its parts: includes, groups, priorities, defaults, comments, expansions, sockets, listeners. */
import { SECTION_KINDS } from '../../../src/config/options/section-kinds.ts';
import { withServerLines } from '../edits.ts';
import { STAY, type Scenario, type Theme, fileHas, line, program as plainProgram, quiet, running } from '../scenario.ts';

const program = (name: string, command: string, ...options: readonly string[]): string => plainProgram(name, command, 'startsecs=0', ...options);

const stays = (name: string, ...options: readonly string[]): string => program(name, STAY, ...quiet, ...options);

/** Tells its words in a file and stays. */
const tells = (name: string, words: string, ...options: readonly string[]): string =>
  program(name, `{report} --wait argv env:X -- ${words}`, `stdout_logfile={dir}/${name}.out`, 'redirect_stderr=true', ...options);
const told = (name: string) => fileHas(`${name}.out`, /^reported$/m);

const KNOWN = SECTION_KINDS.map(({ shown }) => shown).join(' ');

const NO_SYSLOG = 'WARN cannot send to syslog (/dev/log): there is nobody (error 2); messages for it are dropped until it can be reached';

const spawns = /spawned: |stopped: /;

const one = (name: string, conf: string, steps: Scenario['steps'], more: Partial<Scenario> = {}): Scenario => ({ name, conf, steps: steps ?? [], ...more });

export const configuration: Theme = {
  name: 'configuration',
  scenarios: [
    one(
      'start order by priority, then name',
      stays('charlie') + stays('alpha', 'priority=5') + stays('bravo') + stays('delta', 'priority=-1') + stays('echo', 'priority=1000'),
      ['alpha', 'bravo', 'charlie', 'delta', 'echo'].map((name) => running(name)),
      { order: spawns },
    ),
    one(
      'a group starts its programs as it names them',
      `${stays('a', 'priority=9')}${stays('b', 'priority=3')}${stays('c')}[group:g]\nprograms=c,a,b\npriority=7\n`,
      ['a', 'b', 'c'].map((name) => running(name)),
      { order: /spawned/ },
    ),
    one(
      'groups by priority',
      `${stays('a')}${stays('b')}${stays('c', 'priority=50')}[group:late]\nprograms=a\npriority=90\n[group:soon]\nprograms=b\npriority=10\n`,
      ['a', 'b', 'c'].map((name) => running(name)),
      { order: spawns },
    ),
    one('one program in two groups', `${stays('a')}[group:g]\nprograms=a\n[group:h]\nprograms=a\n`, [running('a', 2)], { omit: /^INFO success/ }),
    one('an empty group', `${stays('a')}[group:g]\nprograms=\n`, [running('a')]),
    one('numprocs=0', stays('a') + stays('none', 'numprocs=0'), [running('a')]),
    one(
      'many processes of one program',
      stays('a', 'numprocs=12', 'process_name=%(program_name)s-%(process_num)d'),
      Array.from({ length: 12 }, (_none, index) => running(`a-${index}`)),
      { order: /spawned/ },
    ),
    one('[DEFAULT] gives values to all', `[DEFAULT]\nstopsignal=INT\nautorestart=false\n${stays('a')}${stays('b', 'stopsignal=QUIT')}`, [
      running('a'),
      running('b'),
    ]),
    one(
      'repeated sections and options merge',
      `${tells('a', 'first')}[program:a]\ncommand={report} --wait argv env:X -- second\nenvironment=X="1"\n[program:a]\nenvironment=X="2"\n`,
      [told('a')],
    ),
    one('comments', `; a comment\n# another\n  ; indented\n${tells('a', 'one ; two # three')}; end\n`, [told('a')]),
    one('comment signs inside words stay', tells('a', 'a;b c#d "e;f"'), [told('a')]),
    one('a comment cuts quotes as supervisord cuts them', tells('a', 'x', 'environment=X="a"  ; comment "b"'), [told('a')]),
    one('colons, blanks and capitals', '[program:a]\nCommand : {report} --wait argv -- x\nSTDOUT_LOGFILE = {dir}/a.out\nredirect_stderr: True\nStartSecs=0\n', [
      told('a'),
    ]),
    one(
      'continuation lines with comments and empty lines',
      '[program:a]\ncommand={report} --wait argv --\n    one\n  ; comment\n\n    two\nstdout_logfile={dir}/a.out\nredirect_stderr=true\nstartsecs=0\n',
      [told('a')],
    ),
    one('CRLF', tells('a', 'x y').replaceAll('\n', '\r\n'), [told('a')]),
    one('unknown options and sections', `${stays('a', 'colour=blue')}[nonsense]\nx=y\n[program-ish]\nz=1\n`, [running('a')], {
      differs: [
        {
          id: 'extra-warnings',
          edit: (seen) =>
            withServerLines(seen, (lines) => [
              "WARN unknown option 'colour' in [program:a] (DIR/main.conf:13)",
              ...['nonsense] (DIR/main.conf:14', 'program-ish] (DIR/main.conf:16'].map((each) => `WARN unknown section [${each}); known are ${KNOWN}`),
              ...lines,
            ]),
        },
      ],
    }),
    one(
      'expansions in a command',
      tells(
        'a',
        '%(program_name)s %(process_num)03d %(numprocs)s %(group_name)s %(ENV_GREETING)s %(ENV_OWN)s %(here)s %%',
        'environment=OWN="own",X="%(ENV_GREETING)s"',
      ),
      [told('a')],
    ),
    one("the host's name", tells('a', '%(host_node_name)s'), [told('a')]),
    one('variables of [supervisord] environment in expansions', tells('a', '%(ENV_MINE)s', 'environment=X="<%(ENV_MINE)s>"'), [told('a')], {
      server: 'environment=MINE="of the server"\n',
    }),
    one('a percent sign in [supervisord] environment', tells('a', 'x'), [told('a')], { server: 'environment=X="100%%%%"\n' }),
    one(
      'include: globs in order, relative to the file, later values win',
      `${tells('a', 'main')}[include]\nfiles = conf.d/*.conf more/[xy].ini\n  absent*.conf {dir}/one.conf\n`,
      [told('a'), running('b'), running('x'), running('one')],
      {
        files: {
          'conf.d/2.conf': '[program:a]\nenvironment=X="2"\n',
          'conf.d/1.conf': `[program:a]\nenvironment=X="1"\n${stays('b')}`,
          'conf.d/.hidden.conf': stays('hidden'),
          'more/x.ini': stays('x'),
          'more/z.ini': stays('z'),
          'one.conf': stays('one'),
        },
        order: /Included|No file/,
      },
    ),
    one('here of an included file', '[include]\nfiles = conf.d/*.conf\n', [told('a')], { files: { 'conf.d/a.conf': tells('a', '%(here)s') } }),
    one('includes are not followed further', `${stays('a')}[include]\nfiles = one.conf\n`, [running('a'), running('one')], {
      files: { 'one.conf': `${stays('one')}[include]\nfiles = two.conf\n`, 'two.conf': stays('two') },
    }),
    one(
      'an fcgi-program shares its socket as descriptor 0',
      '[fcgi-program:f]\nsocket=unix://{dir}/f.sock\nsocket_mode=0720\ncommand={report} --wait fds\nnumprocs=2\nprocess_name=f%(process_num)d\nstartsecs=0\nstdout_logfile={dir}/%(process_num)d.out\nredirect_stderr=true\n',
      [fileHas('0.out', /^reported$/m), fileHas('1.out', /^reported$/m)],
      {
        differs: [{ id: 'socket-once', edit: (seen) => withServerLines(seen, ([set = '', _created, _closed, ...rest]) => [set, ...rest]) }],
      },
    ),
    one(
      'an event listener runs',
      `${stays('a')}[eventlistener:e]\nevents=TICK_3600\nstartsecs=0\ncommand=sh -c 'echo READY; exec sleep 1000'\nstdout_logfile={dir}/e.out\nstderr_logfile=NONE\n`,
      [running('a'), running('e'), fileHas('e.out', /READY/)],
      { order: /spawned/ },
    ),
    one(
      'deprecated syslog',
      stays('b') + program('a', `sh -c 'echo x; : > {dir}/up; exec sleep 1000'`, 'stdout_logfile=syslog', 'stderr_logfile=NONE'),
      [running('b'), fileHas('up', /^/), running('a'), (server) => (server.which === 'tsinit' ? line(/cannot send to syslog/)(server) : undefined)],
      {
        differs: [
          {
            id: 'syslog-missing',
            edit: (seen) => withServerLines(seen, (lines) => lines.flatMap((each) => (each.includes('started with pid') ? [each, NO_SYSLOG] : [each]))),
          },
        ],
      },
    ),
    one('[supervisorctl] is for the client', `${stays('a')}[supervisorctl]\nserverurl=nonsense\n`, [running('a')]),
  ],
};
