/**
 * Names that must not occur twice, and how many processes there may be. supervisord lets one of two equal names win in
 * silence; tsinit asks which one is meant.
 */
import invariant from 'tiny-invariant';
import type { GroupSpec, ProcessSpec } from '../model/model.ts';
import { addError } from '../problems.ts';
import { type RawSection, showPlace } from '../read/raw.ts';
import type { ReadContext } from '../read/read-options.ts';

/** What a successor can be told of: the black box has one slot for each, and one for all of them together (kernel/box/box.ts). */
export const MOST_PROCESSES = 4_095;

/** Processes of a group by name; the last of equal names wins for supervisord. */
export function uniqueProcesses(context: ReadContext, section: RawSection, processes: readonly ProcessSpec[]): readonly ProcessSpec[] {
  const unique = new Map<string, ProcessSpec>();
  for (const process of processes) {
    const before = unique.get(process.name);
    if (before !== undefined && context.scope.personality === 'tsinit') {
      const both = before.program === process.program ? `[program:${process.program}]` : `[program:${before.program}] and [program:${process.program}]`;
      const sentence = `two processes of [${section.name}] (${showPlace(section.place)}) are called ${process.name}, from ${both}; tell them apart by process_name`;
      addError(context.problems, section.place, { ours: sentence, peer: sentence });
    }
    unique.set(process.name, process);
  }
  return [...unique.values()];
}

/** Groups by name, in start order; the first of equal names wins for supervisord. */
export function addGroups(context: ReadContext, groups: readonly GroupSpec[]): readonly GroupSpec[] {
  const unique = new Map<string, GroupSpec>();
  for (const group of groups) {
    if (!unique.has(group.name)) {
      unique.set(group.name, group);
    } else if (context.scope.personality === 'tsinit') {
      const sentence = `two groups are called ${group.name}; the names of programs, groups and listeners must differ`;
      const section = context.config.sections.findLast(({ label }) => label === group.name);
      invariant(section !== undefined, 'a group has the name of a section');
      addError(context.problems, section.place, { ours: sentence, peer: sentence });
    }
  }
  return [...unique.values()];
}

/** Reports more processes than can be meant; true when there are. */
export function countProcesses(context: ReadContext, groups: readonly GroupSpec[], section: RawSection): boolean {
  const count = groups.reduce((sum, group) => sum + group.processes.length, 0);
  if (count <= MOST_PROCESSES) return false;
  const sentence = `up to [${section.name}] (${showPlace(section.place)}) there are ${count} processes; at most ${MOST_PROCESSES} can run`;
  addError(context.problems, section.place, { ours: sentence, peer: sentence });
  return true;
}
