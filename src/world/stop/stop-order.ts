/** Waves of a stop that heed dependencies: what depends on something is down before that is told to stop. */
import type { PlannedDependency } from '../plan.ts';

/** `waves` by priority, first to stop first; each index moves to a later wave only as far as its dependants make it. */
export const inDependencyOrder = (
  waves: readonly (readonly number[])[],
  dependencies: readonly (readonly PlannedDependency[])[],
): readonly (readonly number[])[] => {
  const dependants = new Map<number, number[]>();
  for (const [index, needed] of dependencies.entries()) {
    for (const { index: target } of needed) dependants.set(target, [...(dependants.get(target) ?? []), index]);
  }
  const settled = new Map<number, number>();
  // There are no circles: the configuration refuses them.
  const rankOf = (index: number): number => {
    const known = settled.get(index);
    if (known !== undefined) return known;
    const behind = (dependants.get(index) ?? []).map((dependant) => rankOf(dependant) + 1);
    const value = Math.max(
      waves.findIndex((members) => members.includes(index)),
      ...behind,
    );
    settled.set(index, value);
    return value;
  };
  const ordered: number[][] = [];
  for (const index of waves.flat()) (ordered[rankOf(index)] ??= []).push(index);
  // Ranks may leave gaps; a wave without members would be a wave for nothing.
  return Object.values(ordered);
};
