/** Bytes and names of the programs' logs. */
import { without } from '../edits.ts';
import { type Scenario, type Theme, exited, fileHas, line, program as plainProgram, rename, running, signal, tell } from '../scenario.ts';

/** RUNNING at once: what is compared here must not depend on how long a scenario takes. */
const program = (name: string, command: string, ...options: readonly string[]): string => plainProgram(name, command, 'startsecs=0', ...options);

/** Says something and stays. */
const says = (what: string): string => `sh -c '${what}; exec sleep 1000'`;

/** Writes lines of 100 bytes in one go each time, with the next one only after the file has taken it. */
const writer = (count: number): string => `for i in $(seq -w 1 ${count}); do printf "%%0.99d\\n" $i; done`;

const one = (name: string, command: string, options: readonly string[], ...more: readonly Partial<Scenario>[]): Scenario =>
  Object.assign({ name, conf: program('a', command, ...options) }, ...more) as Scenario;

const until = (name: string | RegExp, pattern: RegExp): Partial<Scenario> => ({ steps: [fileHas(name, pattern)] });

export const logs: Theme = {
  name: 'logs',
  scenarios: [
    one('both streams to files', says('echo out; echo err >&2'), ['stdout_logfile={dir}/a.out', 'stderr_logfile={dir}/a.err'], {
      steps: [fileHas('a.out', /out/), fileHas('a.err', /err/)],
    }),
    one('redirect_stderr', says('echo one; echo two >&2; echo three'), ['stdout_logfile={dir}/a.out', 'redirect_stderr=true'], until('a.out', /three/)),
    one(
      'redirect_stderr with a file for stderr',
      says('echo one; echo two >&2'),
      ['stdout_logfile={dir}/a.out', 'stderr_logfile={dir}/a.err', 'redirect_stderr=true'],
      until('a.out', /two/),
    ),
    one('AUTO for both streams', says('echo out; echo err >&2'), [], { steps: [fileHas(/a-stdout/, /out/), fileHas(/a-stderr/, /err/)] }),
    one('AUTO with the identifier in its name', says('echo out'), ['stderr_logfile=NONE'], { server: 'identifier=mine\n', ...until(/a-stdout---mine/, /out/) }),
    one('AUTO of a program that is not started', says('echo out'), ['autostart=false'], { steps: [line(/supervisord started/)] }),
    one('AUTO without rotation', says('echo out'), ['stdout_logfile_maxbytes=0', 'stderr_logfile_maxbytes=0'], until(/a-stdout/, /out/)),
    {
      name: 'AUTO logs of an earlier life are removed, other files are not',
      files: {
        'auto/x-stdout---supervisor-abcdefgh.log': 'old',
        'auto/x-stdout---supervisor-abcdefgh.log.1': 'old',
        'auto/x-stdout---other-abcdefgh.log': 'other',
        'auto/mine.log': 'mine',
      },
      conf: program('a', says('echo out'), 'stdout_logfile={dir}/a.out', 'stderr_logfile=NONE'),
      steps: [fileHas('a.out', /out/)],
    },
    {
      name: 'nocleanup keeps them',
      server: 'nocleanup=true\n',
      files: { 'auto/x-stdout---supervisor-abcdefgh.log': 'old' },
      conf: program('a', says('echo out'), 'stdout_logfile={dir}/a.out', 'stderr_logfile=NONE'),
      steps: [fileHas('a.out', /out/)],
    },
    one('NONE', says('echo out; echo err >&2; : > {dir}/up'), ['stdout_logfile=NONE', 'stderr_logfile=none'], { steps: [fileHas('up', /^/), running('a')] }),
    one(
      'an existing file is continued',
      says('echo new'),
      ['stdout_logfile={dir}/a.out', 'stderr_logfile=NONE'],
      { files: { 'a.out': 'old, no end of line' } },
      { steps: [fileHas('a.out', /new/)] },
    ),
    one('/dev/stdout', says('echo out of a'), ['stdout_logfile=/dev/stdout', 'stdout_logfile_maxbytes=0', 'stderr_logfile=NONE'], {
      steps: [line(/^out of a$/)],
    }),
    one('/dev/stderr', says('echo err of a >&2'), ['stderr_logfile=/dev/stderr', 'stderr_logfile_maxbytes=0', 'stdout_logfile=NONE'], {
      steps: [(server) => server.container.stderr.line(/^err of a$/)],
    }),
    {
      name: '/dev/stdout with the default rotation',
      files: { 'go|': '' },
      conf: program('a', `sh -c 'while read x < {dir}/go; do echo $x; done'`, 'stdout_logfile=/dev/stdout', 'stderr_logfile=NONE'),
      steps: [running('a'), tell('go', 'one'), line(/^one$/), tell('go', 'two'), line(/Illegal seek|^two$/)],
      differs: [{ id: 'no-illegal-seek', edit: (seen) => ({ ...without(/^CRIT uncaptured python exception/)(seen), output: ['one', 'two'] }) }],
    },
    one('/dev/fd/1', says('echo out of a'), ['stdout_logfile=/dev/fd/1', 'stdout_logfile_maxbytes=0', 'redirect_stderr=true'], { steps: [line(/^out of a$/)] }),
    one('/dev/null', says('echo out; : > {dir}/up'), ['stdout_logfile=/dev/null', 'stdout_logfile_maxbytes=0', 'stderr_logfile=NONE'], {
      steps: [fileHas('up', /^/), running('a')],
    }),
    one(
      'a file in a folder made by expansions',
      says('echo out'),
      ['stdout_logfile=%(here)s/auto/%(program_name)s-%(ENV_GREETING)s.log', 'stderr_logfile=NONE'],
      until('auto/a-hello.log', /out/),
    ),
    one(
      'a name without a folder is in the working directory',
      says('echo out'),
      ['stdout_logfile=plain.log', 'stderr_logfile=NONE'],
      until('plain.log', /out/),
    ),
    one('no newline at the end', says('printf "no newline"'), ['stdout_logfile={dir}/a.out', 'stderr_logfile=NONE'], until('a.out', /no newline/)),
    one(
      'bytes that are no text',
      says('printf "\\\\000\\\\001\\\\377\\\\376 end"'),
      ['stdout_logfile={dir}/a.out', 'stderr_logfile=NONE'],
      until('a.out', /end/),
    ),
    one(
      'one file for two streams',
      says('echo out; read x < {dir}/go; echo err >&2'),
      ['stdout_logfile={dir}/a.out', 'stderr_logfile={dir}/a.out'],
      { files: { 'go|': '' } },
      { steps: [fileHas('a.out', /out/), tell('go'), fileHas('a.out', /err/)] },
    ),
    {
      name: 'output of several lives in one file',
      files: { 'go|': '' },
      conf: program('a', `sh -c 'echo start; read x < {dir}/go; echo end; exit 1'`, 'stdout_logfile={dir}/a.out', 'stderr_logfile=NONE'),
      steps: [running('a'), tell('go'), running('a', 2), tell('go'), exited('a', 2), running('a', 3), fileHas('a.out', /(?:start[^]*){3}/)],
    },
    {
      name: 'rotation: exact files and bytes',
      files: { 'go|': '' },
      conf: program(
        'a',
        `sh -c 'for i in 1 2 3 4 5 6 7; do read x < {dir}/go; echo "$i $x"; done; exec sleep 1000'`,
        'stdout_logfile={dir}/a.out',
        'stdout_logfile_maxbytes=150',
        'stdout_logfile_backups=2',
        'stderr_logfile=NONE',
      ),
      steps: [1, 2, 3, 4, 5, 6, 7].flatMap((number) => [tell('go', 'x'.repeat(90)), fileHas(/^a\.out/, new RegExp(`^${number} x`, 'm'))]),
    },
    {
      name: 'rotation with backups=0 keeps nothing',
      files: { 'go|': '' },
      conf: program(
        'a',
        `sh -c 'for i in 1 2 3; do read x < {dir}/go; echo "$i $x"; done; exec sleep 1000'`,
        'stdout_logfile={dir}/a.out',
        'stdout_logfile_maxbytes=150',
        'stdout_logfile_backups=0',
        'stderr_logfile=NONE',
      ),
      steps: [
        tell('go', 'x'.repeat(90)),
        fileHas('a.out', /^1 x/),
        tell('go', 'y'.repeat(90)),
        fileHas('a.out', /^$/),
        tell('go', 'z'.repeat(90)),
        fileHas('a.out', /^3 z/),
      ],
    },
    one(
      'one write far above maxbytes',
      `sh -c 'head -c 40000 /dev/zero | tr "\\\\0" x | dd bs=40000 iflag=fullblock 2> /dev/null; exec sleep 1000'`,
      ['stdout_logfile={dir}/a.out', 'stdout_logfile_maxbytes=1KB', 'stdout_logfile_backups=3', 'stderr_logfile=NONE'],
      until('a.out.1', /x{40000}/),
    ),
    one(
      'a short flood without rotation',
      `sh -c '${writer(500)}; echo done; exec sleep 1000'`,
      ['stdout_logfile={dir}/a.out', 'stdout_logfile_maxbytes=0', 'stderr_logfile=NONE'],
      until('a.out', /done/),
    ),
    one(
      'strip_ansi',
      says('printf "\\\\033[1;31mred\\\\033[0m plain \\\\033[2Kx\\\\n"; echo done'),
      ['stdout_logfile={dir}/a.out', 'redirect_stderr=true'],
      { server: 'strip_ansi=true\n' },
      until('a.out', /done/),
    ),
    one(
      'no strip_ansi',
      says('printf "\\\\033[1;31mred\\\\033[0m plain\\\\n"; echo done'),
      ['stdout_logfile={dir}/a.out', 'redirect_stderr=true'],
      until('a.out', /done/),
    ),
    one(
      'capture mode keeps what is between the tokens out of the log',
      says(
        'printf "before<!--XSUPERVISOR:BEGIN-->captured<!--XSUPERVISOR:END-->after, and enough to be more than a token\\\\n"; echo done, also with enough behind it to be let go',
      ),
      ['stdout_logfile={dir}/a.out', 'redirect_stderr=true', 'stdout_capture_maxbytes=1KB'],
      until('a.out', /done/),
    ),
    one(
      'tokens without capture mode are text',
      says('echo "before<!--XSUPERVISOR:BEGIN-->captured<!--XSUPERVISOR:END-->after"; echo done'),
      ['stdout_logfile={dir}/a.out', 'redirect_stderr=true'],
      until('a.out', /done/),
    ),
    {
      name: 'USR2 opens a renamed log again',
      files: { 'go|': '' },
      conf: program('a', `sh -c 'while read x < {dir}/go; do echo $x; done'`, 'stdout_logfile={dir}/a.out', 'stderr_logfile=NONE'),
      steps: [
        running('a'),
        tell('go', 'first'),
        fileHas('a.out', /first/),
        rename('a.out', 'a.old'),
        tell('go', 'second'),
        fileHas('a.old', /second/),
        signal('SIGUSR2'),
        line(/supervisord logreopen/),
        fileHas('a.out', /^/),
        tell('go', 'third'),
        fileHas('a.out', /third/),
      ],
    },
    {
      name: 'a renamed log is followed without USR2',
      files: { 'go|': '' },
      conf: program('a', `sh -c 'while read x < {dir}/go; do echo $x; done'`, 'stdout_logfile={dir}/a.out', 'stderr_logfile=NONE'),
      steps: [running('a'), tell('go', 'first'), fileHas('a.out', /first/), rename('a.out', 'a.old'), tell('go', 'second'), fileHas('a.old', /second/)],
    },
    one(
      "the log of a user's program belongs to the server",
      says('echo out'),
      ['user=nobody', 'stdout_logfile={dir}/a.out', 'redirect_stderr=true'],
      until('a.out', /out/),
    ),
  ],
};
