/**
 * Where a comment begins in one physical line. A line that starts with `;` or `#` is all comment; elsewhere the two
 * characters begin a comment only after white space. supervisord finds inline comments inside quotes too, which cuts
 * `sh -c "a ; b"` in two; in the two options whose quotes mean something we leave quoted text whole.
 */
import { isWhiteSpace, indentOf } from './white-space.ts';

/** Index of the comment, or null. `respectsQuotes`: a mark between two equal quotes of this line is text. */
export function commentStart(line: string, respectsQuotes: boolean): number | null {
  const first = line.charAt(indentOf(line));
  if (first === ';' || first === '#') return 0;
  return respectsQuotes ? startOutsideQuotes(line) : startInRounds(line);
}

/**
 * Python's order of search: in each round the next `;` and the next `#` are looked at together, the search ends with
 * the first round that finds one after white space. So `x#y #z ;w` is cut at `;w`, a quirk that files may rely on.
 */
function startInRounds(line: string): number | null {
  let semicolon = line.indexOf(';');
  let hash = line.indexOf('#');
  while (semicolon !== -1 || hash !== -1) {
    const starts = [semicolon, hash].filter((index) => index > 0 && isWhiteSpace(line.charAt(index - 1)));
    if (starts.length > 0) return Math.min(...starts);
    if (semicolon !== -1) semicolon = line.indexOf(';', semicolon + 1);
    if (hash !== -1) hash = line.indexOf('#', hash + 1);
  }
  return null;
}

function startOutsideQuotes(line: string): number | null {
  for (let index = 0; index < line.length; index++) {
    const character = line.charAt(index);
    if (character === '"' || character === "'") {
      index = closingQuote(line, index) ?? index;
    } else if (character === '\\') {
      index++;
    } else if ((character === ';' || character === '#') && index > 0 && isWhiteSpace(line.charAt(index - 1))) {
      return index;
    }
  }
  return null;
}

function closingQuote(line: string, open: number): number | null {
  const quote = line.charAt(open);
  for (let index = open + 1; index < line.length; index++) {
    const character = line.charAt(index);
    if (character === quote) return index;
    if (character === '\\' && quote === '"') index++;
  }
  return null;
}
