/**
 * [group:x] and the sections that are groups of their own, into the groups of the model in start order. A program that
 * a group names is no group of its own any more; it may be named in several groups.
 */
import type { DeclaredSocket } from '../model/activation-model.ts';
import type { GroupSpec, ProcessSpec } from '../model/model.ts';
import { overNames } from '../model/names.ts';
import { groupOptions } from '../options/group-options.ts';
import { programGroupOptions } from '../options/program-options.ts';
import { addError } from '../problems.ts';
import { findOption, placeOfOption, type RawSection, showPlace } from '../read/raw.ts';
import { type ReadContext, readOptions } from '../read/read-options.ts';
import { readName } from '../values/text/name.ts';
import { buildProcesses } from './processes.ts';
import { buildSocket, isReplaced, readListener } from './special-groups.ts';
import type { SupervisorPart } from './supervisor.ts';
import { addGroups, countProcesses, uniqueProcesses } from './uniqueness.ts';

type GroupContext = ReadContext & { readonly supervisor: SupervisorPart; readonly sockets: ReadonlyMap<string, DeclaredSocket> };

/** All groups, by priority, then name. */
export function buildGroups(context: ReadContext, supervisor: SupervisorPart, sockets: GroupContext['sockets']): readonly GroupSpec[] {
  const inGroups: GroupContext = { ...context, supervisor, sockets };
  const members = new Set<RawSection>();
  const groups: GroupSpec[] = [];
  const build = (kind: string, make: (section: RawSection, name: string) => GroupSpec | null): void => {
    for (const section of context.config.sections) {
      if (section.kind !== kind || !section.name.includes(':') || members.has(section)) continue;
      const name = sectionLabel(context, section);
      const group = name === null ? null : make(section, name);
      if (group === null) continue;
      groups.push(group);
      if (countProcesses(context, groups, section)) return;
    }
  };
  build('group', (section, name) => buildNamedGroup(inGroups, section, name, members));
  build('program', (section, name) => buildProgram(inGroups, section, name));
  build('eventlistener', (section, name) => buildListener(inGroups, section, name));
  build('fcgi-program', (section, name) => buildFcgi(inGroups, section, name));
  return addGroups(context, inStartOrder(groups));
}

function buildNamedGroup(context: GroupContext, section: RawSection, name: string, members: Set<RawSection>): GroupSpec | null {
  const values = readOptions(context, groupOptions, { section, names: context.supervisor.names, peerNamesSection: false });
  if (values === null) return null;
  const processes: ProcessSpec[] = [];
  for (const program of values.programs) {
    const found = context.config.sections.filter(({ kind, label }) => label === program && (kind === 'program' || kind === 'fcgi-program'));
    const [member] = found;
    if (member === undefined || found.length > 1) {
      reportMember(context, section, program, found.length);
      continue;
    }
    members.add(member);
    const priority = readPriority(context, member);
    if (priority !== null) processes.push(...inStartOrder(makeProcesses(context, member, program, name, priority)));
  }
  const unique = uniqueProcesses(context, section, processes);
  // supervisord starts them as they are named, whatever their priorities.
  const ordered = context.scope.personality === 'tsinit' ? inStartOrder(unique) : unique;
  return { name, kind: 'group', priority: values.priority, processes: ordered };
}

function buildProgram(context: GroupContext, section: RawSection, name: string): GroupSpec | null {
  const priority = readPriority(context, section);
  if (priority === null) return null;
  return { name, kind: 'program', priority, processes: ownProcesses(context, section, name, priority) };
}

function buildListener(context: GroupContext, section: RawSection, name: string): GroupSpec | null {
  if (isReplaced(context, section)) return null;
  const listener = readListener(context, section, context.supervisor.names);
  // Only the group of a listener is early in supervisord's eyes; its processes report the usual priority.
  const priority = context.scope.personality === 'tsinit' ? listener?.priority : readPriority(context, section);
  const processes = ownProcesses(context, section, name, priority ?? 0);
  return listener === null
    ? null
    : { name, kind: 'eventlistener', ...listener, processes: processes.map((process) => withoutProtocol(context, section, process)) };
}

/** What a listener says to its standard output is no text for people: logged where that is asked for. */
function withoutProtocol(context: GroupContext, section: RawSection, process: ProcessSpec): ProcessSpec {
  const isAsked = context.scope.personality === 'supervisord' || findOption(context.config, section, 'stdout_logfile') !== null;
  return isAsked ? process : { ...process, stdout: { ...process.stdout, target: { kind: 'none' } } };
}

function buildFcgi(context: GroupContext, section: RawSection, name: string): GroupSpec | null {
  const priority = readPriority(context, section);
  const processes = ownProcesses(context, section, name, priority ?? 0);
  const names = overNames(context.supervisor.names, { program_name: name });
  const socket = buildSocket(context, section, names, processes[0]?.user ?? null);
  return priority === null || socket === null ? null : { name, kind: 'fcgi', priority, processes, socket };
}

function readPriority(context: GroupContext, section: RawSection): number | null {
  const from = { section, names: context.supervisor.names, peerNamesSection: false };
  return readOptions(context, programGroupOptions, from)?.priority ?? null;
}

function ownProcesses(context: GroupContext, section: RawSection, name: string, priority: number): readonly ProcessSpec[] {
  return inStartOrder(uniqueProcesses(context, section, makeProcesses(context, section, name, name, priority)));
}

function makeProcesses(context: GroupContext, section: RawSection, program: string, group: string, priority: number): readonly ProcessSpec[] {
  const { names, environment } = context.supervisor;
  return buildProcesses(context, { section, program, group, priority, names, environment, sockets: context.sockets });
}

function reportMember(context: ReadContext, section: RawSection, program: string, count: number): void {
  const place = placeOfOption(context.config, section, 'programs');
  const where = `[${section.name}] (${showPlace(place)})`;
  addError(
    context.problems,
    place,
    count === 0
      ? { ours: `${where} names ${program}, but there is no [program:${program}]`, peer: `[${section.name}] names unknown program or fcgi-program ${program}` }
      : {
          ours: `${where} names ${program}, which is both a program and an fcgi-program; rename one of them`,
          peer: `[${section.name}] name ${program} is ambiguous (exists as program and fcgi-program)`,
        },
  );
}

/** Behind the colon of a section's name; must be a name. */
function sectionLabel(context: ReadContext, section: RawSection): string | null {
  const name = readName(section.label);
  if (name.ok) return name.value;
  addError(context.problems, section.place, {
    ours: `cannot read the name of [${section.name}] (${showPlace(section.place)}): ${name.error.ours}`,
    peer: name.error.peer,
  });
  return null;
}

function inStartOrder<T extends GroupSpec | ProcessSpec>(items: readonly T[]): readonly T[] {
  return [...items].sort((left, right) => left.priority - right.priority || (left.name < right.name ? -1 : 1));
}
