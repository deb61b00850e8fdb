/**
 * Text in quotes as Python's repr writes it: the peer's messages show values this way, and scripts match them. Refuses
 * to be a general escaper: it is for messages only.
 */

/** `it's` becomes `"it's"`, everything else gets single quotes; control characters are escaped. */
export function quoteLikePython(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let quoted = quote;
  for (const character of text) quoted += escapeCharacter(character, quote);
  return quoted + quote;
}

function escapeCharacter(character: string, quote: string): string {
  if (character === '\\' || character === quote) return `\\${character}`;
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  if (character === ' ' || !/[\p{C}\p{Z}]/u.test(character)) return character;
  const code = (character.codePointAt(0) as number).toString(16);
  if (code.length <= 2) return `\\x${code.padStart(2, '0')}`;
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
}

/** Bytes as `b'…'`. */
export function quoteBytesLikePython(bytes: Uint8Array): string {
  const quote = bytes.includes(APOSTROPHE) && !bytes.includes(QUOTATION_MARK) ? '"' : "'";
  let quoted = `b${quote}`;
  for (const byte of bytes) quoted += byte < 0x7f ? escapeCharacter(String.fromCharCode(byte), quote) : `\\x${byte.toString(16)}`;
  return quoted + quote;
}

const APOSTROPHE = 39;
const QUOTATION_MARK = 34;
