/**
 * The parts of an expanded text that are values of names (`%(ENV_X)s`, `%(here)s`). What a variable holds is a value and no syntax: a quote in
 * a secret is a quote. supervisord parses it all the same, and so does its personality; a value that is refused for that names the variable.
 */

/** From `start` up to `end`, which is not part of it. */
export type Given = { readonly start: number; readonly end: number; readonly name: string };

const VARIABLE = 'ENV_';

export const isVariable = ({ name }: Given): boolean => name.startsWith(VARIABLE);

/** The value that the character at `index` belongs to, if any. */
export const givenAt = (given: readonly Given[], index: number): Given | undefined => given.find(({ start, end }) => start <= index && index < end);

/** Names of the variables whose values have something in them that supervisord takes for syntax, each once. */
export const variablesWithSyntax = (text: string, given: readonly Given[]): readonly string[] => {
  const found = given.filter((each) => isVariable(each) && /['"\\#,;=\s]/.test(text.slice(each.start, each.end)));
  return [...new Set(found.map(({ name }) => name.slice(VARIABLE.length)))];
};

/** What to add to supervisord's refusal of a value; empty: no variable is to blame. */
export const blame = (variables: readonly string[]): string =>
  variables.length === 0
    ? ''
    : `; quotes and separators in the value of ${variables.map((name) => `%(ENV_${name})s`).join(', ')} count as if they were written there`;
