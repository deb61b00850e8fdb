/**
 * The table of sizes that a build prints.
 */
import { statSync } from 'node:fs';
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
