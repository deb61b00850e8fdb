/** Dependencies that nobody could meet: names that nobody has, and circles. */
import invariant from 'tiny-invariant';
import { nearest } from '../../base/nearest.ts';
import { findCycle, processesNamed } from '../dependencies.ts';
import type { GroupSpec, ProcessSpec } from '../model/model.ts';
import { addError } from '../problems.ts';
import { placeOfOption, showPlace } from '../read/raw.ts';
import type { ReadContext } from '../read/read-options.ts';
import { likelyCondition } from '../values/dependencies.ts';

export function checkDependencies(context: ReadContext, groups: readonly GroupSpec[]): void {
  const told = new Set<string>();
  for (const { processes } of groups) {
    for (const process of processes) {
      for (const { name } of process.service.dependsOn) {
        const key = `${process.program} ${name}`;
        if (processesNamed(groups, name).length > 0 || told.has(key)) continue;
        told.add(key);
        tell(context, process, `names ${name}, and nothing is called so${hint(groups, name)}`);
      }
    }
  }
  const cycle = findCycle(groups);
  const first = cycle?.[0];
  if (cycle === null || first === undefined) return;
  tell(context, first, `goes round in a circle: ${cycle.map(({ program }) => program).join(' -> ')}; one of them must start without the others`);
}

function hint(groups: readonly GroupSpec[], name: string): string {
  const near = nearest(name, [...new Set(groups.flatMap((group) => [group.name, ...group.processes.map(({ program }) => program)]))]);
  if (near !== null) return ` (did you mean ${near}?)`;
  const condition = likelyCondition(name);
  return condition === null ? '; write the name of a program or group' : `; did you mean the condition ${condition}?`;
}

function tell(context: ReadContext, process: ProcessSpec, what: string): void {
  const section = context.config.sections.find(({ place }) => place === process.place);
  invariant(section !== undefined, 'a process stands where its section does');
  const place = placeOfOption(context.config, section, 'depends_on');
  const sentence = `depends_on of ${process.program} (${showPlace(place)}) ${what}`;
  addError(context.problems, place, { ours: sentence, peer: sentence });
}
