/**
 * The kernel addon: src/kernel/native/*.c, and what it shares with init -> one shared library that Node loads. Without link-time libraries: what it
 * needs of Node and libc is in the process already.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cached, contents } from './cached.ts';
import { nodeFolderOf } from './node-package.ts';
import { type Machine, root } from './paths.ts';
import { run, versionOf } from './tools.ts';

const folder = join(root, 'src/kernel/native');
/** Seen from there. Ways to files that root and others share: init and the supervisor go them alike. */
const SHARED: readonly string[] = ['walk', 'socket_place'].map((name) => `../../init/sockets/${name}`);

const flags: readonly string[] = [
  '-std=gnu11',
  '-I../../init',
  '-D_GNU_SOURCE',
  '-O2',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-shared',
  '-fPIC',
  '-fvisibility=hidden',
  '-ffunction-sections',
  '-fno-plt',
  '-fno-ident',
  '-fno-asynchronous-unwind-tables',
  '-ffile-prefix-map=.=',
  '-Wl,--build-id=none',
  '-Wl,-z,noseparate-code',
  '-Wl,--gc-sections',
  '-s',
];

/** The addon's path, or null while there is no source. */
export const addon = async (machine: Machine): Promise<string | null> => {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const own = names.filter((name) => name.endsWith('.c'));
  if (own.length === 0) return null;
  const sources = [...own, ...SHARED.map((name) => `${name}.c`)];
  const nodeFolder = nodeFolderOf(machine);
  const files = [...names.filter((name) => /\.[ch]$/u.test(name)), ...SHARED.flatMap((name) => [`${name}.c`, `${name}.h`])].map((name) => join(folder, name));
  return cached('addon', [versionOf(machine.compiler), machine.nodePackage, ...flags, ...sources, ...contents(files)], (path) => {
    run(machine.compiler, [...flags, `-I${join(nodeFolder, 'include/node')}`, '-o', path, ...sources], { cwd: folder });
  });
};
