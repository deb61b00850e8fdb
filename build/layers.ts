/**
 * The layers as a table: which folder of src may import which, and which of Node's modules it may use. Finds what breaks
 * the table; test/layering.test.ts is the judge. An entry with a slash names one file or sub-folder.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';

export type Layer = { readonly may: readonly string[]; readonly node: readonly string[] | 'any' };

export const layers: Readonly<Record<string, Layer>> = {
  base: { may: [], node: [] },
  config: { may: ['base'], node: [] },
  kernel: { may: ['base'], node: 'any' },
  process: { may: ['base', 'config'], node: [] },
  world: { may: ['base', 'config', 'process'], node: [] },
  simulate: { may: ['base', 'config', 'process', 'world'], node: [] },
  logs: { may: ['base', 'config', 'kernel'], node: ['node:fs', 'node:net', 'node:path', 'node:stream', 'node:tty'] },
  engine: { may: ['base', 'config', 'process', 'world', 'kernel', 'logs'], node: [] },
  control: { may: ['base', 'world'], node: ['node:buffer', 'node:net', 'node:http', 'node:fs', 'node:path', 'node:crypto', 'node:stream'] },
  cli: {
    may: ['base', 'config', 'world/command', 'control/client'],
    node: ['node:fs', 'node:path', 'node:tty', 'node:process', 'node:readline', 'node:stream', 'node:timers/promises'],
  },
  main: { may: ['base', 'config', 'kernel', 'process', 'world', 'simulate', 'logs', 'engine', 'control', 'cli'], node: 'any' },
};

/** Packages that have a job, and where. */
export const packages: Readonly<Record<string, readonly string[]>> = {
  croner: ['main'],
  ini: ['config'],
  nodemailer: ['main'],
  'tiny-invariant': ['base', 'config', 'kernel', 'process', 'world', 'simulate', 'logs', 'engine', 'control', 'cli', 'main'],
  'signal-exit': ['cli', 'main'],
  sax: ['control'],
};

export type Import = { readonly file: string; readonly target: string };

/** All imports below `source`, with paths relative to it; type imports and `import()` count like any other. */
export const importsBelow = (source: string): Import[] =>
  readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .flatMap((name) => importsOf(readFileSync(join(source, name), 'utf8')).map((target) => ({ file: name, target })));

/** The modules a text imports. */
export const importsOf = (text: string): string[] => {
  const found = text.matchAll(/^(?:import|export)\b[^'"]*?\bfrom\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gmu);
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
};

/** A sentence for each import that the table does not allow. */
export const violations = (imports: readonly Import[]): string[] =>
  imports.flatMap(({ file, target }) => {
    const problem = problemOf(file, target);
    return problem === null ? [] : [`src/${file}: ${problem}`];
  });

const problemOf = (file: string, target: string): string | null => {
  const name = layerOf(file);
  const layer = layers[name];
  if (layer === undefined) return `the folder ${name} is in no layer; build/layers.ts lists them`;
  if (target.startsWith('node:')) return layer.node === 'any' || layer.node.includes(target) ? null : `${name} may not use ${target}`;
  if (!target.startsWith('.')) return (packages[target] ?? []).includes(name) ? null : `${name} may not use the package ${target}`;
  const path = posix.join(dirname(file), target);
  const other = layerOf(path);
  if (path.startsWith('..')) return `imports ${target}, which is outside of src`;
  if (!target.endsWith('.ts')) return `imports ${target} without its .ts`;
  const isAllowed = other === name || layer.may.some((allowed) => path === `${allowed}.ts` || path.startsWith(`${allowed}/`));
  return isAllowed ? null : `${name} may not import ${relative('.', path)}`;
};

const layerOf = (path: string): string => path.split('/')[0]?.replace(/\.ts$/u, '') ?? '';
