/**
 * What one file means to tsinit and to supervisord, held against each other: one sentence for each thing that would be otherwise. Compares
 * models, so that a default that somebody has overruled is not mentioned.
 */
import type { LogSettings, Model, Place, ProcessSpec, SupervisorSpec } from './model/model.ts';

export type PersonalityDifference = { readonly place: Place; readonly message: string };

/** `ours` and `theirs`: the same files, read in either way. `place`: of the supervisor's own section. */
export function personalityDifferences(ours: Model, theirs: Model, place: Place): readonly PersonalityDifference[] {
  const own = [...supervisorSentences(ours.supervisor, theirs.supervisor), ...groupSentences(ours)].map((message) => ({ place, message }));
  const there = new Map(processesOf(theirs).map((process) => [nameOf(process), process]));
  const programs = processesOf(ours).flatMap((process) => {
    const other = there.get(nameOf(process));
    return other === undefined ? [] : programSentences(process, other).map((message) => ({ place: process.place, message: `${process.program}: ${message}` }));
  });
  return [...own, ...withoutRepetition(programs)];
}

function supervisorSentences(ours: SupervisorSpec, theirs: SupervisorSpec): readonly string[] {
  return [
    unlessSame(ours.exitPolicy, theirs.exitPolicy, `exits by itself (exit_policy=${ours.exitPolicy}); supervisord stays whatever its programs do`),
    unlessSame(
      ours.logFile,
      theirs.logFile,
      `its own lines go to the container's stderr, prefixed with tsinit; supervisord writes dated lines to ${theirs.logFile ?? ''}`,
    ),
    unlessSame(ours.pidFile, theirs.pidFile, `no process id file is written; supervisord writes ${theirs.pidFile ?? ''}`),
    theirs.noDaemon
      ? null
      : unlessSame(ours.umask, theirs.umask, 'programs keep the file mode mask tsinit was started with; a supervisord in the background gives them 022'),
    unlessSame(ours.noDaemon, theirs.noDaemon, 'stays in the foreground; supervisord goes to the background, which ends a container'),
    unlessSame(ours.minFds, theirs.minFds, `the limit of open files is left as it is; supervisord raises it to at least ${theirs.minFds}`),
    unlessSame(ours.minProcs, theirs.minProcs, `the limit of processes is left as it is; supervisord raises it to at least ${theirs.minProcs}`),
    'HUP restarts the groups whose configuration has changed; supervisord stops and starts everything',
    'other signals, such as USR1, are passed on to the programs that catch them (forward_signals); supervisord ends or ignores them',
  ].filter((text) => text !== null);
}

/** Only where there is a choice. */
function groupSentences({ groups }: Model): readonly string[] {
  const priorities = groups.filter(({ processes }) => processes.length > 0).map(({ priority }) => priority);
  return new Set(priorities).size === priorities.length ? [] : ['groups of equal priority stop together; supervisord stops one after the other'];
}

function programSentences(ours: ProcessSpec, theirs: ProcessSpec): readonly string[] {
  return [
    ours.stopScopes.later === undefined || theirs.stopScopes.signal === 'group'
      ? null
      : 'the stop signal goes to the main process first, then once to what is left of its process group (stopasgroup is not written); supervisord signals the main process alone',
    unlessSame(
      ours.stopScopes.wait,
      theirs.stopScopes.wait,
      'so does KILL, and a stop waits for the whole process group (killasgroup=true); supervisord leaves the rest alone',
    ),
    ours.stopScopes.kill === 'tree' && theirs.stopScopes.kill !== 'tree'
      ? 'what the program has started in sessions of its own ends with it (killasgroup is not written); supervisord leaves it alone'
      : null,
    logSentence('stdout', ours.stdout, theirs.stdout),
    ours.redirectStderr ? null : logSentence('stderr', ours.stderr, theirs.stderr),
    commandSentence(ours.argv, theirs.argv),
    environmentSentence(ours.environment, theirs.environment),
  ].filter((text) => text !== null);
}

function logSentence(stream: string, ours: LogSettings, theirs: LogSettings): string | null {
  if (ours.target.kind !== 'container') return null;
  if (theirs.target.kind === 'container') return `lines of ${stream} get the program's name in front; supervisord passes them on as they are`;
  return `${stream} goes to the container's ${ours.target.stream}, each line with the program's name in front; supervisord writes a file of its own`;
}

function commandSentence(ours: readonly string[], theirs: readonly string[]): string | null {
  // Of a command that it cannot split supervisord makes nothing.
  return unlessSame(ours.join('\0'), theirs.join('\0'), `runs '${ours.join(' ')}'; supervisord reads the command as '${theirs.join(' ')}'`);
}

function environmentSentence(ours: ProcessSpec['environment'], theirs: ProcessSpec['environment']): string | null {
  const names = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].filter((name) => ours[name] !== theirs[name]);
  return names.length === 0
    ? null
    : `reads environment otherwise: ${names.map((name) => `${name} is '${ours[name] ?? ''}', under supervisord '${theirs[name] ?? ''}'`).join(', ')}`;
}

function unlessSame(ours: unknown, theirs: unknown, sentence: string): string | null {
  return ours === theirs ? null : sentence;
}

/** The processes of one section say the same. */
function withoutRepetition(differences: readonly PersonalityDifference[]): readonly PersonalityDifference[] {
  const seen = new Set<string>();
  return differences.filter(({ place, message }) => {
    const key = `${place.file}:${place.line} ${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function processesOf(model: Model): readonly ProcessSpec[] {
  return model.groups.flatMap(({ processes }) => processes);
}

function nameOf({ group, name }: ProcessSpec): string {
  return `${group}:${name}`;
}
