/**
 * A configuration whose groups come and go one by one, each from the reading that was the last when it came. The files are read here;
 * nothing is put in force.
 */
import { diff } from '../../config/model/diff.ts';
import type { ModelDifference } from '../../config/model/diff.ts';
import { MOST_PROCESSES } from '../../config/assemble/uniqueness.ts';
import type { GroupSpec, Model, Problem } from '../../config/model/model.ts';
import { CONFIGURATION_BYTES } from '../../kernel/box/box.ts';
import { planOf, readFiles } from './configuration.ts';
import type { Configured, Message, ReadingOptions } from './configuration.ts';
import { encodeKept, withGroup, withGroupChanged, withoutGroup, withReading } from './kept.ts';
import type { Kept } from './kept.ts';

export type Regrouping =
  | { readonly ok: true; readonly next: Configured; readonly difference: ModelDifference; readonly messages: readonly Message[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Adding and removing groups must never find the black box too small. */
const ROOM_FOR_GROUPS_BYTES = 65_536;

/** Reads the files again. What is in force stays as it is; what was read is the latest from now on. */
export const reread = (current: Configured, options: ReadingOptions): Regrouping => {
  const reading = readFiles(options, workingDirectoryOf(current.kept));
  if (!reading.ok) return reading;
  const { latest, kept: read, messages } = reading.configured;
  const difference = diff(current.plan.model, latest);
  const [record] = read.readings;
  if (record === undefined) throw new Error('the files were read and not recorded');
  const other = new Set([...difference.removed, ...difference.changed.map(({ name }) => name)]);
  const same = current.kept.groups.map(({ name }) => name).filter((name) => !other.has(name));
  const kept = withReading(current.kept, record, new Set(same));
  const bytes = encodeKept(kept).length;
  const most = CONFIGURATION_BYTES - ROOM_FOR_GROUPS_BYTES;
  if (bytes > most) return refused(tooLarge(bytes, most));
  const processes = mostProcesses(current.plan.model, latest);
  if (processes > MOST_PROCESSES) return refused(`together with what is in force there could be ${processes} processes; at most ${MOST_PROCESSES} can run`);
  return { ok: true, next: { ...current, kept, latest }, difference, messages };
};

/** With that group of what was read last; it must be there, and not in force. */
export const addGroup = (current: Configured, group: GroupSpec): Configured => ({
  ...withGroups(current, [...current.plan.model.groups, group]),
  kept: withGroup(current.kept, group.name),
});

/** As it was read last, in the place of what it was; both must be there. */
export const changeGroup = (current: Configured, group: GroupSpec): Configured => ({
  ...withGroups(
    current,
    current.plan.model.groups.map((each) => (each.name === group.name ? group : each)),
  ),
  kept: withGroupChanged(current.kept, group.name),
});

export const removeGroup = (current: Configured, name: string): Configured => ({
  ...withGroups(
    current,
    current.plan.model.groups.filter((group) => group.name !== name),
  ),
  kept: withoutGroup(current.kept, name),
});

/** Groups that are there now and were not, or were others of that name. */
export const addedGroups = (before: Kept, after: Kept): ReadonlySet<string> => {
  const births = new Map(before.groups.map(({ name, birth }) => [name, birth]));
  return new Set(after.groups.filter(({ name, birth }) => births.get(name) !== birth).map(({ name }) => name));
};

/** Where tsinit was started: relative paths begin there. */
export const workingDirectoryOf = ({ readings: [first] }: Kept): string => first?.workingDirectory ?? '/';

const withGroups = (current: Configured, groups: readonly GroupSpec[]): Configured => ({
  ...current,
  plan: planOf({ ...current.plan.model, groups }, current.personality),
});

/** Whatever groups are added and removed, there will be no more. */
const mostProcesses = (present: Model, latest: Model): number => {
  const most = new Map<string, number>();
  for (const { name, processes } of [...present.groups, ...latest.groups]) most.set(name, Math.max(processes.length, most.get(name) ?? 0));
  return [...most.values()].reduce((sum, count) => sum + count, 0);
};

const refused = (message: string): Regrouping => ({ ok: false, problems: [{ severity: 'error', place: null, message }] });

const tooLarge = (bytes: number, most: number): string =>
  `the configuration and those that groups in force are from are too large to be kept together: ${bytes} bytes, at most ${most}; update or restart the groups that differ`;
