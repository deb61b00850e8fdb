/** The prefix that tells whose line it is: `name | `, aligned to the longest name, coloured on a terminal. */
import { PREFIX_BYTES } from '../box/slots.ts';

/** Colours that are readable on dark and light grounds; neighbours differ. */
const COLOURS = [36, 33, 32, 35, 34, 31] as const;
/** Room for the colour's escape sequences, the bar and its spaces. */
const DECORATION_BYTES = 16;

/** Bytes of the prefix. The last is always the space after the bar: a continued line has `+ ` in its place. */
export const prefixOf = (name: string, width: number, colour: number | null): Uint8Array => {
  const encoder = new TextEncoder();
  const shown = new Uint8Array(PREFIX_BYTES - DECORATION_BYTES);
  const { read } = encoder.encodeInto(name.padEnd(width), shown);
  return encoder.encode(coloured(`${name.padEnd(width).slice(0, read)} | `, colour));
};

/** The text in a colour, but for the blank behind it. Null: as it is. */
export const coloured = (text: string, colour: number | null): string => {
  if (colour === null) return text;
  const shown = text.trimEnd();
  return `\u001b[${COLOURS[colour % COLOURS.length] ?? 36}m${shown}\u001b[0m${text.slice(shown.length)}`;
};
