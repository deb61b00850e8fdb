/**
 * Splits a command into words by the quoting rules of a POSIX shell, as Python's shlex applies them: quotes and
 * backslashes, nothing else. No variables, globs, operators or comments: no shell is run. In what a name has brought (`%(ENV_X)s`) quotes and
 * backslashes are characters like any other. Blanks in the value of a variable still separate words outside of quotes, for `%(ENV_OPTIONS)s`
 * often holds several; blanks in another name (`%(here)s`) do not.
 */
import { fail, type Result, succeed } from '../../../base/result.ts';
import { type Given, givenAt, isVariable } from '../../read/given.ts';

const BLANKS = ' \t\r\n';

/** The words of a command, or why its quoting makes no sense. */
export function splitWords(command: string, given: readonly Given[] = []): Result<readonly string[], 'No closing quotation' | 'No escaped character'> {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let index = 0; index < command.length; index++) {
    const character = command.charAt(index);
    const from = givenAt(given, index);
    if (from !== undefined && (quote !== null || !isVariable(from) || !BLANKS.includes(character))) {
      word = (word ?? '') + character;
    } else if (quote === "'" ? character === "'" : quote === '"' && character === '"') {
      quote = null;
    } else if (quote === "'") {
      word += character;
    } else if (character === '\\') {
      const next = command.charAt(++index);
      if (next === '') return fail('No escaped character');
      // Inside double quotes a backslash is itself unless it protects a quote or a backslash.
      const isEscape = quote === null || ((next === '"' || next === '\\') && givenAt(given, index) === undefined);
      word = (word ?? '') + (isEscape ? next : `\\${next}`);
    } else if (quote !== null) {
      word += character;
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= '';
    } else if (!BLANKS.includes(character)) {
      word = (word ?? '') + character;
    } else if (word !== null) {
      words.push(word);
      word = null;
    }
  }
  if (quote !== null) return fail('No closing quotation');
  if (word !== null) words.push(word);
  return succeed(words);
}
