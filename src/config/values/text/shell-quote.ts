/** The other way round of shell-words.ts: words so written that they come back as they are, also through the expansion of names. */

/** One word for a `command=` of a configuration. */
export function quoteWord(word: string): string {
  const text = word.replaceAll('%', '%%');
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
