/**
 * UTF-8 for layers that have the language and nothing else (no TextEncoder there). For short texts: bounded encoding
 * that never cuts a character, and decoding of what this encoder wrote.
 */

/** As many whole characters as fit into `maxBytes`. A lone surrogate becomes U+FFFD, as everywhere. */
export const encodeUtf8 = (text: string, maxBytes: number): readonly number[] => {
  const bytes: number[] = [];
  for (const character of text.toWellFormed()) {
    const encoded = encodeCharacter(character);
    if (bytes.length + encoded.length > maxBytes) break;
    bytes.push(...encoded);
  }
  return bytes;
};

/** The text of well-formed bytes; null for others. */
export const decodeUtf8 = (bytes: Iterable<number>): string | null => {
  let escaped = '';
  for (const byte of bytes) escaped += `%${byte.toString(16).padStart(2, '0')}`;
  try {
    return decodeURIComponent(escaped);
  } catch {
    return null;
  }
};

/** encodeURIComponent is the language's own encoder: it leaves plain ASCII and writes the bytes of the rest as %XX. */
const encodeCharacter = (character: string): readonly number[] => {
  const encoded = encodeURIComponent(character);
  if (!encoded.startsWith('%')) return [encoded.charCodeAt(0)];
  return encoded
    .slice(1)
    .split('%')
    .map((hexadecimal) => Number.parseInt(hexadecimal, 16));
};
