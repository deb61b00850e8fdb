/** Who is meant by a dependency's name, and whether dependencies go round in circles. Shared by the check of a file and by the plan. */
import type { GroupSpec, ProcessSpec } from './model/model.ts';

/** A group's processes, or the one process with that full name; empty: nobody is called so. A process of the name's own group comes first. */
export function processesNamed(groups: readonly GroupSpec[], name: string): readonly ProcessSpec[] {
  const group = groups.find((each) => each.name === name);
  if (group !== undefined) return group.processes;
  const [groupName, processName] = name.split(':', 2);
  const exact = groups.find((each) => each.name === groupName)?.processes.filter((process) => process.name === processName) ?? [];
  // A program that belongs to a group is known by its own name, too.
  return exact.length > 0 ? exact : groups.flatMap(({ processes }) => processes.filter(({ program }) => program === name));
}

/** The first circle that is found, as names in order, the first one again at the end; null: none. */
export function findCycle(groups: readonly GroupSpec[]): readonly ProcessSpec[] | null {
  const done = new Set<ProcessSpec>();
  const path: ProcessSpec[] = [];
  const visit = (process: ProcessSpec): readonly ProcessSpec[] | null => {
    if (done.has(process)) return null;
    const at = path.indexOf(process);
    if (at >= 0) return [...path.slice(at), process];
    path.push(process);
    for (const { name } of process.service.dependsOn) {
      for (const next of processesNamed(groups, name)) {
        const cycle = visit(next);
        if (cycle !== null) return cycle;
      }
    }
    path.pop();
    done.add(process);
    return null;
  };
  for (const { processes } of groups) {
    for (const process of processes) {
      const cycle = visit(process);
      if (cycle !== null) return cycle;
    }
  }
  return null;
}
