/**
 * What is inside of the file besides our own code: names, versions, licences. Read from the packages themselves; nothing here is written down
 * that could grow old.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFolderOf } from '../node-package.ts';
import { type Machine, root } from '../paths.ts';
import { run } from '../tools.ts';

export type Component = {
  readonly name: string;
  readonly version: string;
  readonly kind: 'npm' | 'debian' | 'node';
  readonly license: string;
  readonly notice: string;
};

/** What the bundle is made of, besides our own sources: packages that src/ imports. */
const BUNDLED: readonly string[] = ['ini', 'sax', 'signal-exit', 'tiny-invariant'];
/** The libraries that Node needs, and the C library that init is linked with. */
const LIBRARIES: readonly (readonly [string, string])[] = [
  ['libc6', 'LGPL-2.1-or-later'],
  ['libstdc++6', 'GPL-3.0-or-later WITH GCC-exception-3.1'],
  ['libgcc-s1', 'GPL-3.0-or-later WITH GCC-exception-3.1'],
  ['musl', 'MIT'],
];

export const componentsOf = (machine: Machine): readonly Component[] => [node(machine), ...npmPackages(), ...debianPackages()];

const node = (machine: Machine): Component => {
  const folder = nodeFolderOf(machine);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { name: 'node', version, kind: 'node', license: 'MIT', notice: readFileSync(join(folder, 'LICENSE'), 'utf8') };
};

const npmPackages = (): readonly Component[] =>
  BUNDLED.flatMap((name) => {
    const folder = join(root, 'node_modules', name);
    if (!existsSync(folder)) return [];
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string; license: string };
    const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt'].find((each) => existsSync(join(folder, each)));
    return [{ name, version, kind: 'npm' as const, license, notice: file === undefined ? license : readFileSync(join(folder, file), 'utf8') }];
  });

const debianPackages = (): readonly Component[] =>
  LIBRARIES.flatMap(([name, license]) => {
    const file = `/usr/share/doc/${name}/copyright`;
    if (!existsSync(file)) return [];
    return [
      {
        name,
        version: run('dpkg-query', ['-W', '-f', '${source:Version}', name]).trim(),
        kind: 'debian' as const,
        license,
        notice: readFileSync(file, 'utf8'),
      },
    ];
  });

/** One text with every notice, and how the libraries in the file are replaced, as their licence wants it to be told. */
export const noticesText = (own: string, components: readonly Component[]): string =>
  [
    own.trim(),
    '',
    REPLACING,
    ...components.flatMap(({ name, version, license, notice }) => ['', '='.repeat(100), `${name} ${version} (${license})`, '='.repeat(100), '', notice.trim()]),
    '',
  ].join('\n');

const REPLACING = `The file holds other people's work, each part under its own terms, which follow. The GNU C library and libstdc++ lie in it as the shared
libraries that they are, unchanged but for two paths in the dynamic loader. To put others in their place, build tsinit on a machine that has them:
\`npm run build\` takes the libraries of the compiler that it finds (build/libraries.ts), and joins the parts anew (build/assemble.ts).`;
