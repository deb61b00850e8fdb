/**
 * All steps of the build in order: sources -> dist/tsinit. Steps that have nothing new to do take no time.
 */
import { copyFileSync, linkSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addon } from './addon.ts';
import { assemble, type Part, type PlacedPart } from './assemble.ts';
import { bundles } from './bundle.ts';
import { init } from './init.ts';
import { libraries, loader } from './libraries.ts';
import type { Bundles } from './names.ts';
import { nodeWithBundles } from './node.ts';
import { dist, type Machine, parts } from './paths.ts';
import { sizesTable } from './sizes.ts';

export type Product = { readonly path: string; readonly placed: readonly PlacedPart[]; readonly sizes: string };

/** Builds dist/tsinit, and dist/parts/ with the parts that tests look at alone. */
export const product = async (machine: Machine): Promise<Product> => {
  const texts = await bundles();
  const [initPath, nodePath, loaderPart, addonPath] = [await init(machine), await nodeWithBundles(machine, texts), await loader(machine), await addon(machine)];
  const appended: Part[] = [
    { kind: 'node', name: 'node', path: nodePath },
    { kind: 'loader', ...loaderPart },
    ...libraries(machine).map((library): Part => ({ kind: 'library', ...library })),
    ...(addonPath === null ? [] : [{ kind: 'addon', name: 'kernel.node', path: addonPath } as const]),
  ];
  mkdirSync(parts, { recursive: true });
  const path = join(dist, machine.product);
  const placed = assemble(initPath, appended, path);
  linkForImage(path, machine);
  if (machine.arch === 'x64') keepParts(initPath, addonPath, texts);
  return {
    path,
    placed,
    sizes: sizesTable(
      initPath,
      Object.values(texts).reduce((sum, text) => sum + text.length, 0),
      placed,
      path,
    ),
  };
};

/** The same file under the name of its architecture, as the Dockerfile looks for it. */
const linkForImage = (path: string, { arch }: Machine): void => {
  const folder = join(dist, arch === 'x64' ? 'linux-amd64' : 'linux-arm64');
  mkdirSync(folder, { recursive: true });
  const unfinished = join(folder, `tsinit.${process.pid}`);
  linkSync(path, unfinished);
  renameSync(unfinished, join(folder, 'tsinit'));
};

/** Of the machine that tests run on. */
const keepParts = (initPath: string, addonPath: string | null, texts: Bundles): void => {
  keep(initPath, 'init');
  if (addonPath !== null) keep(addonPath, 'kernel.node');
  writeFileSync(join(parts, 'bundle.cjs'), texts.supervise);
  writeFileSync(join(parts, 'client.cjs'), texts.client);
};

const keep = (path: string, name: string): void => {
  const unfinished = join(parts, `${name}.${process.pid}`);
  copyFileSync(path, unfinished);
  renameSync(unfinished, join(parts, name));
};
