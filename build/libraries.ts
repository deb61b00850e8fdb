/**
 * The shared libraries that Node needs, taken from the machine that builds, and the loader that joins them.
 * The loader is changed in two places: it must not read /etc/ld.so.preload and /etc/ld.so.cache of an image.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { cached } from './cached.ts';
import type { Machine } from './paths.ts';
import { run } from './tools.ts';

export type Library = { readonly name: string; readonly path: string };

const NEEDED: readonly string[] = ['libc.so.6', 'libm.so.6', 'libstdc++.so.6', 'libgcc_s.so.1', 'libdl.so.2', 'libpthread.so.0'];

/** Same length each; nothing can be below /dev/null. */
const forbidden: readonly (readonly [string, string])[] = [
  ['/etc/ld.so.preload\0', '/dev/null/.preload\0'],
  ['/etc/ld.so.cache\0', '/dev/null/.cache\0'],
];

/** In the order in which the loader is to load them. */
export const libraries = (machine: Machine): Library[] => NEEDED.map((name) => ({ name, path: locate(machine, name) }));

/** The dynamic loader that fits them. */
export const loader = async (machine: Machine): Promise<Library> => {
  const original = readFileSync(locate(machine, machine.loader));
  const path = await cached('loader', [original, JSON.stringify(forbidden)], (target) => {
    writeFileSync(target, withoutImageFiles(original), { mode: 0o755 });
  });
  return { name: machine.loader, path };
};

const withoutImageFiles = (original: Uint8Array): Uint8Array => {
  const changed = Buffer.from(original);
  for (const [from, to] of forbidden) {
    const at = changed.indexOf(from, 0, 'latin1');
    if (at < 0 || changed.indexOf(from, at + 1, 'latin1') >= 0) throw new Error(`cannot build: expected ${JSON.stringify(from)} once in the dynamic loader`);
    changed.write(to, at, 'latin1');
  }
  return changed;
};

/** The compiler knows where its libraries are; it answers with the bare name when there is none. */
const locate = ({ compiler }: Machine, name: string): string => {
  const path = run(compiler, [`-print-file-name=${name}`]).trim();
  if (path === basename(path))
    throw new Error(`cannot build: no ${name} for ${compiler} on this machine; a Linux with glibc is needed (Debian: apt-get install gcc g++)`);
  return path;
};
