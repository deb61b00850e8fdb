/**
 * PID 1: src/init and its folders -> one static executable. musl where its compiler is there (28 KB of memory), else gcc's static PIE
 * with glibc (600 KB).
 */
import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cached, contents } from './cached.ts';
import { type Machine, root } from './paths.ts';
import { hasTool, run, versionOf } from './tools.ts';

const folder = join(root, 'src/init');

/** Sorted, so that the result does not depend on the order of a directory. */
const filesOf = (ending: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .sort();

const compilerFlags: readonly string[] = [
  '-std=gnu11',
  '-I.',
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

/** Out of the fixed address range of Node, and below 2 GB; code that direct mode never runs apart from the rest (cold.ld). */
const ADDRESSES = ['-Wl,-Ttext-segment=0x70000000', '-Wl,--section-start=.cold=0x71000000'];
const COLD_SCRIPT = 'cold.ld';

/** What direct mode runs while nothing is being stopped. The stop (direct_stop.c) and what it reads of /proc are not among it. */
const DIRECT_MODE = new Set(
  [
    'args',
    'capabilities',
    'child_steps',
    'clock',
    'direct',
    'direct_start',
    'direct_wake',
    'exec_search',
    'launch',
    'main',
    'option_values',
    'options',
    'personality',
    'say',
    'signals',
    'terminal',
  ].map((name) => `${name}.c`),
);

/** The executable without anything appended: direct mode works in it, supervise mode does not. */
export const init = (machine: Machine): Promise<string> => {
  const isMusl = hasTool(machine.muslCompiler);
  const compiler = isMusl ? machine.muslCompiler : machine.compiler;
  const sources = filesOf('.c');
  const code = [...compilerFlags, ...(isMusl ? ['-no-pie', '-fno-pie'] : ['-fPIE'])];
  const flags = [...code, ...(isMusl ? ['-static', ...ADDRESSES] : ['-static-pie']), ...linkerFlags];
  const files = [...sources, ...filesOf('.h'), COLD_SCRIPT].map((name) => join(folder, name));
  const cold = isMusl ? sources.filter((name) => !DIRECT_MODE.has(basename(name))) : [];
  return cached('init', [compiler, versionOf(compiler), ...flags, ...sources, ...cold, ...contents(files)], (path) => {
    const object = `${path}.o`;
    if (isMusl) run(compiler, [...code, '-r', '-nostdlib', `-Wl,-T,${COLD_SCRIPT}`, '-o', object, ...cold], { cwd: folder });
    run(compiler, [...flags, '-o', path, ...(isMusl ? [...sources.filter((name) => DIRECT_MODE.has(basename(name))), object] : sources)], { cwd: folder });
    rmSync(object, { force: true });
  });
};
