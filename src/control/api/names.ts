/** `name`, `group:name`, `group:*` and `group:` -> processes. Refuses to remember anything: indices are good for a moment only. */
import { succeed } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { GroupView, ProcessView } from '../../world/show/views.ts';
import type { ControlPort } from '../port.ts';
import { fault } from './faults.ts';
import type { Fault } from './faults.ts';

/** `process` is null for a whole group; a bare name is a process in a group of the same name. */
export const splitName = (name: string): { readonly group: string; readonly process: string | null } => {
  const colon = name.indexOf(':');
  if (colon < 0) return { group: name, process: name };
  const process = name.slice(colon + 1);
  return { group: name.slice(0, colon), process: process === '' || process === '*' ? null : process };
};

/** One process; a name of a whole group is BAD_NAME here. */
export const findProcess = (port: ControlPort, name: string): Result<ProcessView, Fault> => {
  const wanted = splitName(name);
  const found = port.processes().find((view) => view.group === wanted.group && view.name === wanted.process);
  return found === undefined ? fault('BAD_NAME', name) : succeed(found);
};

/** The processes of a group in order of priority. `name` is what the fault tells. */
export const findGroup = (port: ControlPort, group: string, name = group): Result<readonly ProcessView[], Fault> => {
  const found = port.groups().find((view) => view.name === group);
  return found === undefined ? fault('BAD_NAME', name) : succeed(inGroup(port.processes(), found));
};

/** All processes, by the priority of their groups, then their own. */
export const byPriority = (port: ControlPort): readonly ProcessView[] => {
  const views = port.processes();
  return [...port.groups()].sort((a, b) => a.priority - b.priority).flatMap((group) => inGroup(views, group));
};

/** All processes, by the names of their groups, then their own, as Python sorts text. */
export const byName = (port: ControlPort): readonly ProcessView[] => {
  return [...port.processes()].sort((a, b) => compareText(a.group, b.group) || compareText(a.name, b.name));
};

/** By code points, not by language. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const inGroup = (views: readonly ProcessView[], { indices }: GroupView): readonly ProcessView[] => indices.flatMap((index) => views[index] ?? []);
