/** Colours and other renditions (SGR sequences of ECMA-48) that a line opens and does not close: they would go on in the lines of others. */
const ESCAPE = 27;
const BRACKET = 91;
const FINAL = 109; // m
const [DIGIT_0, DIGIT_9, COLON, SEMICOLON] = [48, 57, 58, 59];

/** Ends every rendition. */
export const RESET = new TextEncoder().encode('\u001b[0m');

/** Kinds of rendition, a bit each, with the codes that open and close them. */
const KINDS: readonly { readonly opens: (code: number) => boolean; readonly closes: number }[] = [
  { opens: (code) => (code >= 30 && code <= 38) || (code >= 90 && code <= 97), closes: 39 },
  { opens: (code) => (code >= 40 && code <= 48) || (code >= 100 && code <= 107), closes: 49 },
  { opens: (code) => code === 1 || code === 2, closes: 22 },
  { opens: (code) => code === 3 || code === 20, closes: 23 },
  { opens: (code) => code === 4 || code === 21, closes: 24 },
  { opens: (code) => code === 5 || code === 6, closes: 25 },
  { opens: (code) => code === 7, closes: 27 },
  { opens: (code) => code === 8, closes: 28 },
  { opens: (code) => code === 9, closes: 29 },
  { opens: (code) => code === 51 || code === 52, closes: 54 },
  { opens: (code) => code === 53, closes: 55 },
  { opens: (code) => code === 58, closes: 59 },
];

export const hasEscape = (bytes: Uint8Array, from: number, to: number): boolean => bytes.subarray(from, to).includes(ESCAPE);

/** Is a rendition open at the end of [from, to)? */
export const isLeftOpen = (bytes: Uint8Array, from: number, to: number): boolean => {
  const line = bytes.subarray(from, to);
  let open = 0;
  for (let at = line.indexOf(ESCAPE); at >= 0; at = line.indexOf(ESCAPE, at + 1)) {
    if (line[at + 1] !== BRACKET) continue;
    let end = at + 2;
    while (isParameter(line[end])) end += 1;
    if (line[end] === FINAL) open = applied(open, line.subarray(at + 2, end));
  }
  return open !== 0;
};

const isParameter = (byte: number | undefined): boolean => byte !== undefined && ((byte >= DIGIT_0 && byte <= DIGIT_9) || byte === COLON || byte === SEMICOLON);

const applied = (before: number, parameters: Uint8Array): number => {
  let open = before;
  const codes = new TextDecoder().decode(parameters).split(';');
  for (let index = 0; index < codes.length; index += 1) {
    // What stands behind a colon belongs to the code before it.
    const code = Number.parseInt(codes[index] ?? '', 10) || 0;
    if (code === 0) open = 0;
    for (const [bit, { opens, closes }] of KINDS.entries()) {
      if (opens(code)) open |= 1 << bit;
      else if (code === closes) open &= ~(1 << bit);
    }
    // 38;5;N and 38;2;R;G;B: what follows are no codes.
    if (code === 38 || code === 48 || code === 58) index += codes[index + 1] === '5' ? 2 : codes[index + 1] === '2' ? 4 : 0;
  }
  return open;
};
