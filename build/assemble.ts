/**
 * Joins the parts to one executable. The layout is read by src/init/node/payload.c:
 *
 *   init ELF | node | loader | libraries | addon (each on a 64 KiB boundary) | index | trailer
 *
 * An index entry is u64 offset, u64 size, u32 kind, u32 zero, 40 bytes of name; the trailer u64 offset of the index, u32 count,
 * u32 version, 16 bytes of magic. Little-endian, as both machines are.
 */
import { chmodSync, closeSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';

export type PartKind = 'node' | 'loader' | 'library' | 'addon';
export type Part = { readonly kind: PartKind; readonly name: string; readonly path: string };
export type PlacedPart = Part & { readonly offset: number; readonly size: number };

/** Kernels for arm64 may have pages of 64 KiB, and what is mapped begins on a page. */
const ALIGNMENT_BYTES = 65_536;
const ENTRY_BYTES = 64;
const NAME_BYTES = 40;
const ENTRIES_LIMIT = 16;
const MAGIC = 'tsinit payload\n\0';
const VERSION = 1;
const kinds: Readonly<Record<PartKind, number>> = { node: 1, loader: 2, library: 3, addon: 4 };

/** Writes `target` in one go (a running one is not overwritten but replaced) and says where each part lies. */
export const assemble = (init: string, appended: readonly Part[], target: string): readonly PlacedPart[] => {
  if (appended.length > ENTRIES_LIMIT) throw new Error(`at most ${ENTRIES_LIMIT} parts can be appended`);
  const unfinished = `${target}.${process.pid}`;
  const file = openSync(unfinished, 'w');
  const placed: PlacedPart[] = [];
  let end = append(file, readFileSync(init), 0);
  for (const part of appended) {
    const content = readFileSync(part.path);
    const offset = Math.ceil(end / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    placed.push({ ...part, offset, size: content.length });
    end = append(file, content, offset);
  }
  append(file, index(placed, end), end);
  closeSync(file);
  chmodSync(unfinished, 0o755);
  renameSync(unfinished, target);
  return placed;
};

const append = (file: number, bytes: Uint8Array, offset: number): number => {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, offset + done);
  return offset + bytes.length;
};

const index = (placed: readonly PlacedPart[], offset: number): Uint8Array => {
  const bytes = Buffer.alloc(placed.length * ENTRY_BYTES + 32);
  placed.forEach((part, number) => {
    const at = number * ENTRY_BYTES;
    if (Buffer.byteLength(part.name) >= NAME_BYTES) throw new Error(`name of a part is too long: ${part.name}`);
    bytes.writeBigUInt64LE(BigInt(part.offset), at);
    bytes.writeBigUInt64LE(BigInt(part.size), at + 8);
    bytes.writeUInt32LE(kinds[part.kind], at + 16);
    bytes.write(part.name, at + 24, 'utf8');
  });
  const trailer = placed.length * ENTRY_BYTES;
  bytes.writeBigUInt64LE(BigInt(offset), trailer);
  bytes.writeUInt32LE(placed.length, trailer + 8);
  bytes.writeUInt32LE(VERSION, trailer + 12);
  bytes.write(MAGIC, trailer + 16, 'latin1');
  return bytes;
};
