/** Stop signals, SIGKILL after stopwaitsecs, process groups, and the order in which a server stops its programs. */
import { STAY, type Step, type Theme, fileHas, line, program, quiet, running, signal, tell } from '../scenario.ts';

/** Tells with a file that the traps are set: a signal that comes before them would be another test. */
const traps = (name: string, ...set: readonly string[]): string =>
  `sh -c '${set.map((each) => `trap "${each.replace(' ', '" ')}; `).join('')}: > {dir}/${name}.up; while :; do read x < {dir}/never; done'`;
const up = (name: string): Step => fileHas(`${name}.up`, /^/);
const never = { 'never|': '' } as const;

/** A shell with a child in its process group that tells its end; the child holds no pipe of the server. */
const withChild = (name: string): string => `sh {dir}/family ${name}`;
const family = {
  family: 'sh {dir}/child $1 > /dev/null 2>&1 < /dev/null &\nread x < {dir}/never\n',
  child: 'trap "echo TERM > {dir}/$1.child; exit" TERM\n: > {dir}/$1.up\nread x < {dir}/never\n',
  ...never,
} as const;

export const stopping: Theme = {
  name: 'stopping',
  scenarios: [
    ...(['TERM', 'INT', 'USR1', 'HUP', 'QUIT', '10', 'SIGUSR2', 'KILL'] as const).map((name) => ({
      name: `stopsignal=${name}`,
      conf: program('a', STAY, `stopsignal=${name}`, ...quiet),
      steps: [running('a')],
    })),
    {
      name: 'a program that answers the stop signal with a code',
      files: never,
      conf:
        program('a', traps('a', 'exit_0 TERM').replace('exit_0', 'exit 0'), ...quiet) +
        program('b', traps('b', 'exit_3 TERM').replace('exit_3', 'exit 3'), ...quiet),
      steps: [up('a'), up('b'), running('a'), running('b')],
    },
    {
      name: 'a listed code at the stop is expected',
      files: never,
      conf: program('a', traps('a', 'exit_3 TERM').replace('exit_3', 'exit 3'), 'exitcodes=3', ...quiet),
      steps: [up('a'), running('a')],
    },
    {
      name: 'SIGKILL after stopwaitsecs',
      files: never,
      conf: program('a', traps('a', ' TERM'), 'stopwaitsecs=1', ...quiet),
      steps: [up('a'), running('a')],
    },
    {
      name: 'stopasgroup reaches a grandchild',
      files: family,
      conf: program('a', withChild('a'), 'stopasgroup=true', ...quiet),
      steps: [up('a'), running('a'), signal('SIGTERM'), fileHas('a.child', /TERM/)],
      end: 'by itself',
      omit: /reaped unknown pid/,
    },
    {
      name: 'by default a grandchild is not signalled',
      files: family,
      conf: program('a', withChild('a'), ...quiet),
      steps: [up('a'), running('a')],
      differs: [{ id: 'sweep', edit: (seen) => ({ ...seen, files: { 'a.child': '0644 TERM\n', ...seen.files } }) }],
    },
    {
      name: 'stopasgroup and killasgroup at the end of stopwaitsecs',
      files: {
        ...never,
        family: 'trap "" TERM\nsh -c "trap \'\' TERM; : > {dir}/a.up; read x < {dir}/never" > /dev/null 2>&1 &\nread x < {dir}/never\nread x < {dir}/never\n',
      },
      conf: program('a', 'sh {dir}/family', 'stopasgroup=true', 'stopwaitsecs=1', ...quiet),
      steps: [up('a'), running('a')],
      omit: /reaped unknown pid/,
    },
    {
      name: 'killasgroup alone: the stop signal goes to the process, the kill to all',
      files: {
        ...never,
        family: 'trap "" TERM\nsh {dir}/child > /dev/null 2>&1 &\nread x < {dir}/never\n',
        child: 'trap "echo TERM > {dir}/a.child" TERM\n: > {dir}/a.up\nread x < {dir}/never\n',
      },
      conf: program('a', 'sh {dir}/family', 'killasgroup=true', 'stopwaitsecs=1', ...quiet),
      steps: [up('a'), running('a')],
      omit: /reaped unknown pid/,
    },
    {
      name: 'groups stop one after the other, highest priority number first',
      conf: ['10', '30', '20'].map((priority) => program(`p${priority}`, STAY, `priority=${priority}`, ...quiet)).join(''),
      steps: [running('p10'), running('p20'), running('p30')],
      order: /stopped: |spawned: /,
    },
    {
      name: 'equal priorities stop in reverse order of names',
      conf: ['delta', 'alpha', 'charlie', 'bravo'].map((name) => program(name, STAY, ...quiet)).join(''),
      steps: [running('alpha'), running('bravo'), running('charlie'), running('delta')],
      order: /stopped: |spawned: /,
    },
    {
      name: 'the next group waits until the one before has ended',
      files: { ...never, 'go|': '' },
      conf:
        program('late', `sh -c 'trap "read x < {dir}/go; exit 0" TERM; : > {dir}/late.up; while :; do read x < {dir}/never; done'`, 'priority=20', ...quiet) +
        program('early', STAY, 'priority=10', ...quiet),
      steps: [up('late'), running('late'), running('early'), signal('SIGTERM'), line(/waiting for .*late.* to die/), tell('go')],
      end: 'by itself',
      order: /stopped: /,
      omit: /to die$/,
    },
    {
      name: 'what a program writes at its end is logged',
      files: never,
      conf: program(
        'a',
        traps('a', 'echo_bye;exit_0 TERM').replace('echo_bye;exit_0', 'echo bye; exit 0'),
        'stdout_logfile={dir}/a.out',
        'stderr_logfile=NONE',
      ),
      steps: [up('a'), running('a')],
    },
  ],
};
