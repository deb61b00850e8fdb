/**
 * What differs between two models, group by group: the answer to "what would a reload change". Compares what an
 * operator can see in the options, not where they were written.
 */
import type { GroupSpec, Model, ProcessSpec } from './model.ts';

export type GroupChange = {
  readonly name: string;
  /** Dotted paths of what differs: `priority`, `web_01.startMs`, `web_01` for a process added or removed. */
  readonly differences: readonly string[];
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
    const differences = old === undefined || old === group ? [] : compareGroups(old, group);
    if (differences.length > 0) changed.push({ name, differences });
  }
  return {
    added: [...after.keys()].filter((name) => !before.has(name)),
    changed,
    removed: [...before.keys()].filter((name) => !after.has(name)),
  };
}

function compareGroups(old: GroupSpec, next: GroupSpec): readonly string[] {
  const { processes: oldProcesses, ...oldRest } = old;
  const { processes: nextProcesses, ...nextRest } = next;
  return [...compareFields(oldRest, nextRest, ''), ...compareProcesses(oldProcesses, nextProcesses)];
}

function compareProcesses(old: readonly ProcessSpec[], next: readonly ProcessSpec[]): readonly string[] {
  const before = new Map(old.map((process) => [process.name, process]));
  const after = new Map(next.map((process) => [process.name, process]));
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.flatMap((name) => {
    const oldProcess = before.get(name);
    const nextProcess = after.get(name);
    if (oldProcess === undefined || nextProcess === undefined) return [name];
    // Lines move when a file is edited: that changes nothing. Neither does it when what is usual is written down.
    const { place: _oldPlace, hasUsualStopWait: _oldUsual, ...oldFields } = oldProcess;
    const { place: _nextPlace, hasUsualStopWait: _nextUsual, ...nextFields } = nextProcess;
    return compareFields(oldFields, nextFields, `${name}.`);
  });
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
