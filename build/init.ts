/**
 * PID 1: src/init/*.c -> one static executable. musl where its compiler is there (28 KB of memory), else gcc's static PIE
 * with glibc (600 KB).
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cached, contents } from './cached.ts';
import { type Machine, root } from './paths.ts';
import { hasTool, run, versionOf } from './tools.ts';

const folder = join(root, 'src/init');

/** Sorted, so that the result does not depend on the order of a directory. */
const filesOf = (ending: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort();

const compilerFlags: readonly string[] = [
  '-std=gnu11',
  '-Os',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-ffunction-sections',
  '-fdata-sections',
  '-fno-asynchronous-unwind-tables',
  '-fno-stack-protector',
  '-fno-plt',
  '-fno-ident',
  '-fmerge-all-constants',
  '-ffile-prefix-map=.=',
  '-frandom-seed=tsinit',
];
const linkerFlags: readonly string[] = ['-Wl,--gc-sections', '-Wl,--build-id=none', '-Wl,-z,norelro', '-Wl,-z,noseparate-code', '-Wl,--hash-style=gnu', '-s'];

/** Out of the fixed address range of Node, and below 2 GB. */
const ADDRESS = '-Wl,-Ttext-segment=0x70000000';

/** The executable without anything appended: direct mode works in it, supervise mode does not. */
export const init = (machine: Machine): Promise<string> => {
  const isMusl = hasTool(machine.muslCompiler);
  const compiler = isMusl ? machine.muslCompiler : machine.compiler;
  const sources = filesOf('.c');
  const placing = isMusl ? ['-static', '-no-pie', '-fno-pie', ADDRESS] : ['-static-pie', '-fPIE'];
  const flags = [...compilerFlags, ...placing, ...linkerFlags];
  const files = [...sources, ...filesOf('.h')].map((name) => join(folder, name));
  return cached('init', [compiler, versionOf(compiler), ...flags, ...sources, ...contents(files)], (path) => {
    run(compiler, [...flags, '-o', path, ...sources], { cwd: folder });
  });
};
