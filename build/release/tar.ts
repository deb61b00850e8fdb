/**
 * Archives whose bytes depend on nothing but their content: no times, no owners, no order of directories. ustar, which everybody reads.
 */
export type Entry = { readonly name: string; readonly content: Uint8Array; readonly mode?: number };

const BLOCK = 512;
const NAME_BYTES = 100;

/** Folders are entries whose name ends with a slash. */
export const tar = (entries: readonly Entry[]): Uint8Array => {
  const pieces = entries.flatMap((entry) => [header(entry), entry.content, Buffer.alloc(padding(entry.content.length))]);
  return Buffer.concat([...pieces, Buffer.alloc(2 * BLOCK)]);
};

const padding = (length: number): number => (BLOCK - (length % BLOCK)) % BLOCK;

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;

const header = ({ name, content, mode }: Entry): Uint8Array => {
  if (Buffer.byteLength(name) > NAME_BYTES) throw new Error(`cannot archive ${name}: its name is too long`);
  const isFolder = name.endsWith('/');
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, 'utf8');
  block.write(octal(mode ?? (isFolder ? 0o755 : 0o644), 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(content.length, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(' '.repeat(8), 148);
  block.write(isFolder ? '5' : '0', 156);
  block.write('ustar\x0000root', 257, 'latin1');
  block.write('root', 297);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
};
