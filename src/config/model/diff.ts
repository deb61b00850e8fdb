/**
 * What differs between two models, group by group: the answer to "what would a reload change". Compares what an
 * operator can see in the options, not where they were written. Says of each changed group which of its processes cannot go on.
 */
import type { GroupSpec, Model, ProcessSpec } from './model.ts';

export type GroupChange = {
  readonly name: string;
  /** Dotted paths of what differs: `priority`, `web_01.startMs`, `web_01` for a process added or removed. */
  readonly differences: readonly string[];
  /** Names of present processes that are removed or differ. All of them where the group itself differs, and in a pool of event listeners. */
  readonly leaving: readonly string[];
  /** No process of the group goes on. */
  readonly isWhole: boolean;
};

export type ModelDifference = {
  readonly added: readonly string[];
  readonly changed: readonly GroupChange[];
  readonly removed: readonly string[];
};

/** Groups of `next` against those of `current`. */
export function diff(current: Model, next: Model): ModelDifference {
  const before = new Map(current.groups.map((group) => [group.name, group]));
  const after = new Map(next.groups.map((group) => [group.name, group]));
  const changed: GroupChange[] = [];
  for (const [name, group] of after) {
    const old = before.get(name);
    const change = old === undefined || old === group ? null : compareGroups(old, group);
    if (change !== null) changed.push(change);
  }
  return {
    added: [...after.keys()].filter((name) => !before.has(name)),
    changed,
    removed: [...before.keys()].filter((name) => !after.has(name)),
  };
}

/** Null: they are the same. */
function compareGroups(old: GroupSpec, next: GroupSpec): GroupChange | null {
  const { processes: oldProcesses, ...oldRest } = old;
  const { processes: nextProcesses, ...nextRest } = next;
  const own = compareFields(oldRest, nextRest, '');
  const ofProcesses = compareProcesses(oldProcesses, nextProcesses);
  const differences = [...own, ...[...ofProcesses.values()].flat()];
  if (differences.length === 0) return null;
  const names = oldProcesses.map(({ name }) => name);
  const isWholeByKind = own.length > 0 || old.kind === 'eventlistener';
  const leaving = isWholeByKind ? names : names.filter((name) => ofProcesses.has(name));
  return { name: old.name, differences, leaving, isWhole: leaving.length === names.length };
}

/** What differs, by the name of the process; one that is the same in both is left out. */
function compareProcesses(old: readonly ProcessSpec[], next: readonly ProcessSpec[]): ReadonlyMap<string, readonly string[]> {
  const before = new Map(old.map((process) => [process.name, process]));
  const after = new Map(next.map((process) => [process.name, process]));
  const different = new Map<string, readonly string[]>();
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const differences = compareProcess(name, before.get(name), after.get(name));
    if (differences.length > 0) different.set(name, differences);
  }
  return different;
}

function compareProcess(name: string, old: ProcessSpec | undefined, next: ProcessSpec | undefined): readonly string[] {
  if (old === undefined || next === undefined) return [name];
  // Lines move when a file is edited: that changes nothing. Neither does it when what is usual is written down.
  const { place: _oldPlace, hasUsualStopWait: _oldUsual, ...oldFields } = old;
  const { place: _nextPlace, hasUsualStopWait: _nextUsual, ...nextFields } = next;
  return compareFields(oldFields, nextFields, `${name}.`);
}

function compareFields(old: object, next: object, prefix: string): readonly string[] {
  const before = new Map<string, unknown>(Object.entries(old));
  const after = new Map<string, unknown>(Object.entries(next));
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.filter((name) => !isEqual(before.get(name), after.get(name))).map((name) => prefix + name);
}

function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  const before = new Map<string, unknown>(Object.entries(left));
  const after = new Map<string, unknown>(Object.entries(right));
  return before.size === after.size && [...before].every(([key, value]) => after.has(key) && isEqual(value, after.get(key)));
}
