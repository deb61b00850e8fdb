/**
 * The names that %(name)s may use, in layers: what holds everywhere, what holds for a section, for one process. Layers
 * are looked up, not copied: ten thousand processes share one set of environment variables.
 */

export type Names = {
  readonly find: (name: string) => string | number | undefined;
  readonly list: () => readonly string[];
};

export const NO_NAMES: Names = { find: () => undefined, list: () => [] };

/** Names over other names; the upper layer wins. */
export function overNames(base: Names, upper: Readonly<Record<string, string | number>>): Names {
  const own = new Map(Object.entries(upper));
  return {
    find: (name) => own.get(name) ?? base.find(name),
    list: () => [...own.keys(), ...base.list()],
  };
}

/** Variables as names: HOME becomes ENV_HOME. */
export function overVariables(base: Names, variables: Readonly<Record<string, string>>): Names {
  return overNames(base, Object.fromEntries(Object.entries(variables).map(([key, value]) => [`ENV_${key}`, value])));
}

/** All names, sorted by code units, each once: for messages. */
export function sortedNames(names: Names): readonly string[] {
  return [...new Set(names.list())].sort();
}
