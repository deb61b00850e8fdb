/**
 * White space as Python's str.strip() and str.isspace() know it: the dialect of the files is defined by it. It differs
 * from JavaScript's trim() in six control characters and the byte order mark. Loops instead of expressions such as
 * /\s+$/, which need quadratic time on long runs of blanks.
 */

/** Is this one character white space? */
export function isWhiteSpace(character: string): boolean {
  const code = character.charCodeAt(0);
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x1f);
  if (code < 0x85) return false;
  return code === 0x85 || (code !== 0xfeff && /\s/.test(character));
}

/** Number of white space characters in front. */
export function indentOf(text: string): number {
  let start = 0;
  while (start < text.length && isWhiteSpace(text.charAt(start))) start++;
  return start;
}

export function stripEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isWhiteSpace(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

export function strip(text: string): string {
  return stripEnd(text.slice(indentOf(text)));
}
