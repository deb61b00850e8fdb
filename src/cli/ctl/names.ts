/** Names of processes as people write them: `process`, `group:process`, `group:*`. */

/** `name` null: all of the group. */
export type Name = { readonly group: string; readonly name: string | null };

export const splitName = (text: string): Name => {
  const colon = text.indexOf(':');
  if (colon === -1) return { group: text, name: text };
  const name = text.slice(colon + 1);
  return { group: text.slice(0, colon), name: name === '' || name === '*' ? null : name };
};

/** Short where group and process have the same name. */
export const shownName = (group: string, name: string): string => (group === name ? name : `${group}:${name}`);

export const wordsOf = (text: string): readonly string[] => text.split(/\s+/u).filter((word) => word !== '');
