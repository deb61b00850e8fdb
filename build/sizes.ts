/**
 * The table of sizes that a build prints, and the longer one of what each part weighs in an image that travels.
 */
import { readFileSync, statSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { PlacedPart } from './assemble.ts';

const KIBIBYTE = 1024;

const row = (name: string, bytes: number): string => `  ${name.padEnd(28)}${(bytes / KIBIBYTE).toFixed(1).padStart(12)} KiB`;

/** One line for each part, bundles included though they lie inside Node, and the whole. */
export const sizesTable = (init: string, bundleBytes: number, placed: readonly PlacedPart[], target: string): string =>
  [
    row('init', statSync(init).size),
    ...placed.flatMap((part) => (part.kind === 'node' ? [row('node', part.size), row('  of it our bundles', bundleBytes)] : [row(part.name, part.size)])),
    row('the whole file', statSync(target).size),
  ].join('\n');

const compressedRow = (name: string, content: Uint8Array): string =>
  `${row(name, content.length)}${(gzipSync(content, { level: 9 }).length / KIBIBYTE).toFixed(1).padStart(12)} KiB compressed`;

/** Takes as many seconds as the file has tens of megabytes. */
export const compressedTable = (placed: readonly PlacedPart[], target: string): string =>
  [...placed.map(({ name, path }) => compressedRow(name, readFileSync(path))), compressedRow('the whole file', readFileSync(target))].join('\n');
