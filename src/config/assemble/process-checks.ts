/** What must fit together within one program: names and numbers, signals to groups, the command's quoting. */
import { blame, variablesWithSyntax } from '../read/given.ts';
import type { LogTarget, ProcessSpec } from '../model/model.ts';
import { addError, addWarning } from '../problems.ts';
import { findOption, placeOfOption, type RawSection, showPlace } from '../read/raw.ts';
import { peerWords, type ReadContext, type ReadFrom } from '../read/read-options.ts';
import { pidProxyOf } from './pid-file.ts';
import type { CommandLine } from '../values/text/command-line.ts';
import { splitWords } from '../values/text/shell-words.ts';

/** Several processes need a number in their names. */
export function canBeNumbered(context: ReadContext, from: ReadFrom, count: number): boolean {
  const option = findOption(context.config, from.section, 'process_name');
  if (count <= 1 || option?.text.includes('%(process_num)')) return true;
  const place = option?.place ?? placeOfOption(context.config, from.section, 'numprocs');
  addError(context.problems, place, {
    ours: `process_name of [${from.section.name}] (${showPlace(place)}) must hold %(process_num)d when numprocs is ${count}; write process_name=%(program_name)s_%(process_num)02d`,
    peer: peerWords('%(process_num) must be present within process_name when numprocs > 1', from),
  });
  return false;
}

/** A stop signal for all and KILL for one would leave survivors. */
export function agreeOnGroups(context: ReadContext, from: ReadFrom, stopAsGroup: boolean | null, killAsGroup: boolean | null): boolean {
  if (stopAsGroup !== true || killAsGroup !== false) return true;
  const kill = placeOfOption(context.config, from.section, 'killasgroup');
  const stop = placeOfOption(context.config, from.section, 'stopasgroup');
  addError(context.problems, kill, {
    ours: `killasgroup=false of [${from.section.name}] (${showPlace(kill)}) contradicts stopasgroup=true (${showPlace(stop)}); make them equal`,
    peer: peerWords('Cannot set stopasgroup=true and killasgroup=false', from),
  });
  return false;
}

/** Without a user nothing says whose groups they are. */
export function groupsHaveUser(context: ReadContext, from: ReadFrom, hasGroups: boolean, hasUser: boolean): boolean {
  if (!hasGroups || hasUser) return true;
  const place = placeOfOption(context.config, from.section, 'groups');
  const sentence = `groups of [${from.section.name}] (${showPlace(place)}) needs a user; write user=... too`;
  addError(context.problems, place, { ours: sentence, peer: sentence });
  return false;
}

/** The words of a command. supervisord finds out at each start of the process, and goes on without it. */
export function readArgv(context: ReadContext, section: RawSection, { text: command, given }: CommandLine): readonly string[] | null {
  const isOurs = context.scope.personality === 'tsinit';
  const words = splitWords(command, isOurs ? given : []);
  const place = placeOfOption(context.config, section, 'command');
  const where = `command of [${section.name}] (${showPlace(place)})`;
  let complaint: string;
  if (!words.ok) {
    const hint = isOurs ? '' : blame(variablesWithSyntax(command, given));
    complaint = `cannot split ${where}: ${words.error}; pair the quotes, or write \\ in front of a quote that is meant${hint}`;
  } else if (words.value.length === 0) complaint = `${where} is empty; write the program to run`;
  else if (command.includes('\0')) complaint = `${where} holds a NUL character; leave it out`;
  else return words.value;
  (isOurs ? addError : addWarning)(context.problems, place, { ours: complaint, peer: complaint });
  return isOurs ? null : [];
}

/** Things that work, but hardly as meant. `stderrTarget`: as written, where redirect_stderr has overruled it. */
export function warnOfProcess(context: ReadContext, section: RawSection, spec: ProcessSpec, stderrTarget: LogTarget): void {
  const { config, problems, scope } = context;
  if (spec.redirectStderr && stderrTarget.kind === 'file') {
    const place = placeOfOption(config, section, 'stderr_logfile');
    addWarning(problems, place, {
      ours: `stderr_logfile of [${section.name}] (${showPlace(place)}) is ignored, for redirect_stderr sends stderr the way of stdout`,
      peer: `For [${section.name}], redirect_stderr=true but stderr_logfile has also been set to a filename, the filename has been ignored`,
    });
  }
  const command = placeOfOption(config, section, 'command');
  const proxied = scope.personality === 'tsinit' ? pidProxyOf(spec.argv) : null;
  if (proxied !== null) {
    const sentence =
      `command of [${section.name}] (${showPlace(command)}) runs pidproxy, which comes with supervisor's Python package; ` +
      `its work is built in: write command=${proxied.argv.join(' ')} and pid_file=${proxied.pidFile}`;
    addWarning(problems, command, { ours: sentence, peer: sentence });
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    if (spec[stream].target.kind === 'syslog' && scope.personality === 'supervisord') {
      const sentence = `For [${section.name}], ${stream}_logfile=syslog but this is deprecated and will be removed.  Use ${stream}_syslog=true to enable syslog instead.`;
      addWarning(problems, section.place, { ours: sentence, peer: sentence });
    }
    if (spec[stream].target.kind !== 'auto' || spec[stream].maxBytes > 0) continue;
    const sentence = `For [${section.name}], AUTO logging used for ${stream}_logfile without rollover, set maxbytes > 0 to avoid filling up filesystem unintentionally`;
    addWarning(problems, section.place, { ours: sentence, peer: sentence });
  }
  const { directory } = spec;
  if (directory === null || scope.personality === 'supervisord' || scope.world.isDirectory(`${spec.attributes.root ?? ''}${directory}`)) return;
  const place = placeOfOption(config, section, 'directory');
  const sentence = `directory of [${section.name}] (${showPlace(place)}): there is no ${directory} yet; without it the program cannot start`;
  addWarning(problems, place, { ours: sentence, peer: sentence });
}
