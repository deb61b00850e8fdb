/**
 * The table of sizes that a build prints.
 */
import { statSync } from 'node:fs';
import type { PlacedPart } from './assemble.ts';

const KIBIBYTE = 1024;

const row = (name: string, bytes: number): string => `  ${name.padEnd(28)}${(bytes / KIBIBYTE).toFixed(1).padStart(12)} KiB`;

/** One line for each part, bundle included though it lies inside Node, and the whole. */
export const sizesTable = (init: string, bundleBytes: number, placed: readonly PlacedPart[], target: string): string =>
  [
    row('init', statSync(init).size),
    ...placed.flatMap((part) => (part.kind === 'node' ? [row('node', part.size), row('  of it our bundle', bundleBytes)] : [row(part.name, part.size)])),
    row('the whole file', statSync(target).size),
  ].join('\n');
