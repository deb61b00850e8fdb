/**
 * The `environment=` option as supervisord 4.2 and 4.3 read it: a legacy lexer whose quoted tokens keep no escapes, one
 * token skipped between pairs, quotes stripped at both ends of a value. Kept with its quirks, for its personality only.
 */
import { fail, type Result, succeed } from '../../../base/result.ts';
import type { Variables } from './environment.ts';
import { type Reading, refuse } from '../value-type.ts';

/** Pairs as supervisord reads them; an error has its text. */
export function readLegacyEnvironment(text: string): Reading<Variables> {
  const tokens = lex(text);
  if (!tokens.ok) return refuse(tokens.error, tokens.error);
  const variables = new Map<string, string>();
  for (let index = 0; index < tokens.value.length; index += 4) {
    const [key, equals, value] = tokens.value.slice(index, index + 3);
    if (key === undefined || equals !== '=' || value === undefined) {
      const message = `Unexpected end of key/value pairs in value '${text}'`;
      return refuse(message, message);
    }
    variables.set(key, stripQuotes(value));
  }
  return succeed(Object.fromEntries(variables));
}

function lex(text: string): Result<readonly string[], 'No closing quotation'> {
  const tokens: string[] = [];
  let position = 0;
  while (position < text.length) {
    const character = text.charAt(position);
    if (' \t\r\n'.includes(character)) {
      position++;
    } else if (character === '#') {
      const end = text.indexOf('\n', position);
      position = end === -1 ? text.length : end;
    } else if (character === "'" || character === '"') {
      const close = text.indexOf(character, position + 1);
      if (close === -1) return fail('No closing quotation');
      tokens.push(text.slice(position, close + 1));
      position = close + 1;
    } else if (isWordCharacter(character)) {
      const start = position;
      // Quotes inside a bare word stay part of it.
      while (position < text.length && (isWordCharacter(text.charAt(position)) || `'"`.includes(text.charAt(position)))) position++;
      tokens.push(text.slice(start, position));
    } else {
      tokens.push(character);
      position++;
    }
  }
  return succeed(tokens);
}

/** The lexer's letters: ASCII, Latin-1, and the marks that supervisord adds. */
function isWordCharacter(character: string): boolean {
  return /[A-Za-z0-9_\u00df-\u00f6\u00f8-\u00ff\u00c0-\u00d6\u00d8-\u00de/.+\-():]/.test(character);
}

function stripQuotes(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && `'"`.includes(value.charAt(start))) start++;
  while (end > start && `'"`.includes(value.charAt(end - 1))) end--;
  return value.slice(start, end);
}
