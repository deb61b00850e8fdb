/** From spawn to end: exit codes against startsecs, retries, FATAL, the restart modes, commands that cannot start. */
import { withLinesOf, withServerLines, withoutFiles } from '../edits.ts';
import { type Expected, STAY, type Theme, exited, fatal, fileHas, kill, line, program, quiet, running, tell } from '../scenario.ts';

const exits = (code: number): string => `sh -c 'exit ${code}'`;
/** Ends when it gets a line. */
const exitsWhenTold = (code: number): string => `sh -c 'read x < {dir}/go; exit ${code}'`;

const warned = (text: string): Expected => ({ id: 'extra-warnings', edit: (seen) => withServerLines(seen, ([set = '', ...rest]) => [text, set, ...rest]) });

/** One failed attempt: no child, so no log files either. */
const refusedStep = (text: string): Expected => ({
  id: 'spawn-step',
  edit: (seen) => {
    const [, , ...later] = seen.processes['a'] ?? [];
    return withServerLines(withLinesOf(withoutFiles(seen, 'a.out', 'a.err'), 'a', later), (lines) =>
      lines.flatMap((each) => (each.includes('started with pid') ? [each, text] : [each])),
    );
  },
});

export const lifecycle: Theme = {
  name: 'lifecycle',
  scenarios: [
    { name: 'a program that stays', conf: program('a', STAY, ...quiet), steps: [running('a')] },
    { name: 'startsecs=0 is RUNNING at once', conf: program('a', STAY, 'startsecs=0', ...quiet), steps: [running('a')] },
    {
      // Longer than supervisord's poll: whether it sees a quicker program RUNNING is a matter of chance.
      name: 'startsecs=0 and an end are no failed start',
      conf: program('a', '/bin/sh -c "sleep 1.5; exit 0"', 'startsecs=0', 'autorestart=false', ...quiet),
      steps: [exited('a')],
    },
    {
      name: 'quick ends become FATAL after startretries, whatever the code',
      conf:
        program('a', exits(0), 'startsecs=5', 'startretries=1', ...quiet) + program('b', exits(3), 'startsecs=5', 'startretries=2', 'exitcodes=3', ...quiet),
      steps: [fatal('a'), fatal('b')],
    },
    {
      name: 'startretries=0 is one attempt, autorestart=false does not prevent retries',
      conf:
        program('a', exits(1), 'startsecs=5', 'startretries=0', ...quiet) +
        program('b', exits(0), 'startsecs=5', 'startretries=1', 'autorestart=false', ...quiet),
      steps: [fatal('a'), fatal('b')],
    },
    {
      name: 'a listed code is expected, another one is not',
      files: { 'go|': '' },
      conf: program('a', exitsWhenTold(2), 'exitcodes=0,2', ...quiet),
      steps: [running('a'), tell('go'), exited('a')],
    },
    {
      name: 'autorestart=unexpected starts again after an unlisted code',
      files: { 'go|': '' },
      conf: program('a', exitsWhenTold(7), ...quiet),
      steps: [running('a'), tell('go'), running('a', 2)],
    },
    {
      name: 'autorestart=true starts again after a listed code',
      files: { 'go|': '' },
      conf: program('a', exitsWhenTold(0), 'autorestart=true', ...quiet),
      steps: [running('a'), tell('go'), running('a', 2)],
    },
    {
      name: 'autorestart=false leaves it EXITED',
      files: { 'go|': '' },
      conf: program('a', exitsWhenTold(7), 'autorestart=false', ...quiet),
      steps: [running('a'), tell('go'), exited('a')],
    },
    {
      name: 'an empty list of codes makes every end unexpected',
      files: { 'go|': '' },
      conf: program('a', exitsWhenTold(0), 'exitcodes=', 'autorestart=false', ...quiet),
      steps: [running('a'), tell('go'), exited('a')],
    },
    ...(['SIGTERM', 'SIGKILL', 'SIGSEGV', 'SIGUSR1', 'SIGHUP'] as const).map((name) => ({
      name: `a death by ${name}`,
      conf: program('a', STAY, 'autorestart=false', ...quiet),
      steps: [running('a'), kill('a', name), exited('a')],
    })),
    {
      name: 'a death by signal within startsecs',
      conf: program('a', `sh -c 'kill -TERM $$'`, 'startsecs=5', 'startretries=0', ...quiet),
      steps: [fatal('a')],
    },
    { name: 'a command that does not exist', conf: program('a', 'no-such-command', 'startretries=1', ...quiet), steps: [fatal('a')] },
    { name: 'a path that does not exist', conf: program('a', '/no/such/file', 'startretries=0', ...quiet), steps: [fatal('a')] },
    { name: 'a command that is a folder', conf: program('a', '{dir}/auto', 'startretries=0', ...quiet), steps: [fatal('a')] },
    { name: 'a file without x bit', conf: program('a', '{dir}/main.conf', 'startretries=0', ...quiet), steps: [fatal('a')] },
    {
      name: 'an empty command',
      conf: program('a', '', 'startretries=0', ...quiet),
      steps: [fatal('a')],
      differs: [warned('WARN command of [program:a] (DIR/main.conf:9) is empty; write the program to run')],
    },
    {
      name: 'a command with an open quote',
      conf: program('a', `sh -c 'oops`, 'startretries=0', ...quiet),
      steps: [fatal('a')],
      differs: [
        warned(
          'WARN cannot split command of [program:a] (DIR/main.conf:9): No closing quotation; pair the quotes, or write \\ in front of a quote that is meant',
        ),
      ],
    },
    {
      name: 'a folder that does not exist',
      conf: program('a', STAY, 'directory=/no/such/folder', 'startsecs=5', 'startretries=0', 'stdout_logfile={dir}/a.out', 'stderr_logfile={dir}/a.err'),
      steps: [fatal('a')],
      differs: [refusedStep('INFO spawnerr: a: cannot change to its directory: no such file or directory')],
    },
    {
      name: 'a file that is no program',
      files: { 'data!': '\u0001\u0002 no program' },
      conf: program('a', '{dir}/data', 'startsecs=5', 'startretries=0', 'stdout_logfile={dir}/a.out', 'stderr_logfile={dir}/a.err'),
      steps: [fatal('a')],
      differs: [refusedStep("INFO spawnerr: a: cannot run 'DIR/data': it is text without a #! line")],
    },
    {
      name: 'a script whose interpreter is missing',
      files: { 'script!': '#!/no/such/interpreter\n' },
      conf: program('a', '{dir}/script', 'startsecs=5', 'startretries=0', 'stdout_logfile={dir}/a.out', 'stderr_logfile={dir}/a.err'),
      steps: [fatal('a')],
      differs: [refusedStep("INFO spawnerr: a: cannot run 'DIR/script': its interpreter '/no/such/interpreter' is missing in this image; check the #! line")],
    },
    {
      name: 'autostart=false is not started',
      conf: program('a', STAY, 'autostart=false', ...quiet) + program('b', STAY, ...quiet),
      steps: [running('b')],
    },
    {
      name: 'stopped while STARTING',
      conf: program('a', `sh -c ': > {dir}/up; exec sleep 1000'`, 'startsecs=60', ...quiet),
      steps: [fileHas('up', /^/)],
    },
    {
      name: 'in BACKOFF when the server stops',
      conf: program('a', exits(1), 'startsecs=5', 'startretries=50', ...quiet),
      steps: [exited('a', 3)],
    },
    { name: 'no program at all', conf: '', steps: [line(/supervisord started with pid/)] },
  ],
};
