/** `{program:*} {time} | `: what stands in front of each line. */
import { nearest } from '../../../base/nearest.ts';
import { type PrefixPart, PREFIX_WORDS } from '../../log-shape.ts';
import { type Reading, refuse, type ValueType } from '../value-type.ts';
import { succeed } from '../../../base/result.ts';

/** A prefix is copied in front of every line. */
const MOST_CHARACTERS = 200;
const WIDEST = 100;
const WORD = /\{\{|\}\}|\{([a-z]*)(?::(\d{1,4}|\*))?\}|[{}]/g;

export const logPrefix: ValueType<readonly PrefixPart[]> = {
  name: 'text with {words}',
  read: (text) => {
    const quoted = /^"(.*)"$/s.exec(text)?.[1];
    const template = quoted ?? (text === '' ? '' : `${text} `);
    if (template.length > MOST_CHARACTERS) return refuse(`the prefix has ${template.length} characters; write ${MOST_CHARACTERS} at most`, text);
    // Whoever reads the container's output takes a line for a line, and sequences for the terminal's.
    if (/\p{Cc}/u.test(template)) return refuse('the prefix holds a control character; leave it out', text);
    return partsOf(template);
  },
};

function partsOf(template: string): Reading<readonly PrefixPart[]> {
  const parts: PrefixPart[] = [];
  let position = 0;
  for (const match of template.matchAll(WORD)) {
    parts.push(template.slice(position, match.index));
    position = match.index + match[0].length;
    if (match[0] === '{{' || match[0] === '}}') {
      parts.push(match[0].charAt(0));
      continue;
    }
    const word = PREFIX_WORDS.find((known) => known === match[1]);
    if (word === undefined) return refuse(complaint(match[0], match[1]), template);
    const width = match[2] === '*' ? 'longest' : Number(match[2] ?? 0);
    if (width !== 'longest' && width > WIDEST) return refuse(`${match[0]} is too wide; ${WIDEST} characters are the most`, template);
    parts.push({ word, width });
  }
  parts.push(template.slice(position));
  return succeed(parts.filter((part) => part !== ''));
}

function complaint(found: string, word: string | undefined): string {
  if (word === undefined) return `a single ${found} stands for nothing; write ${found}${found}, or a word in braces as in {program}`;
  const near = nearest(word, PREFIX_WORDS);
  return `${found} is no part of a prefix${near === null ? '' : ` (did you mean {${near}}?)`}; write one of ${PREFIX_WORDS.map((known) => `{${known}}`).join(', ')}`;
}
