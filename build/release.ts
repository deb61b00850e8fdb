/**
 * `npm run release [-- --arch x64]`: both architectures, a Debian package of each, one OCI image archive of both, the notices of everything inside, a
 * list of it, and checksums, in dist/release. Byte for byte the same for the same sources on the same machine.
 */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dist, type Machine, machinesOf, root } from './paths.ts';
import { product } from './product.ts';
import { componentsOf, noticesText } from './release/contents.ts';
import { debianPackage } from './release/deb.ts';
import { ociArchive, type Platform } from './release/oci.ts';
import { sbom } from './release/sbom.ts';
import { explainFailure } from './tools.ts';

const MEGABYTE = 1_000_000;
const folder = join(dist, 'release');

type Made = { readonly name: string; readonly bytes: Uint8Array };

const built = async (machine: Machine): Promise<Platform> => {
  const { path } = await product(machine);
  return { architecture: machine.arch === 'x64' ? 'amd64' : 'arm64', file: readFileSync(path) };
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const main = async (): Promise<void> => {
  const words = process.argv.slice(2);
  const machines = machinesOf(words.some((word) => word.startsWith('--arch')) ? words : ['--arch', 'x64,arm64']);
  const { version, description, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Readonly<Record<string, string>>;
  const platforms: Platform[] = [];
  for (const machine of machines) platforms.push(await built(machine));
  const components = machines.slice(0, 1).flatMap(componentsOf);
  const notices = noticesText(readFileSync(join(root, 'LICENSE'), 'utf8'), components);
  const image = ociArchive(platforms, labelsOf({ version, description, license }));
  const files: Made[] = [
    ...platforms.map(({ architecture, file }) => ({ name: `tsinit-linux-${architecture}`, bytes: file })),
    ...platforms.map(({ architecture, file }) => ({
      name: `tsinit_${version ?? ''}_${architecture}.deb`,
      bytes: debianPackage({ version: version ?? '0', architecture, file, copyright: notices, maintainer: 'tsinit' }),
    })),
    { name: 'tsinit-oci.tar', bytes: image.bytes },
    { name: 'NOTICES', bytes: Buffer.from(notices) },
  ];
  const list = sbom(
    version ?? '0',
    components,
    files.map(({ name, bytes }) => ({ name, sha256: sha256(bytes) })),
  );
  write([...files, { name: 'tsinit.cdx.json', bytes: Buffer.from(list) }]);
  image.layers.forEach((size, index) => console.log(`image for ${platforms[index]?.architecture ?? ''}: ${(size / MEGABYTE).toFixed(1)} MB compressed`));
};

const labelsOf = ({ version, description, license }: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> => ({
  'org.opencontainers.image.title': 'tsinit',
  'org.opencontainers.image.description': description ?? '',
  'org.opencontainers.image.licenses': license ?? '',
  'org.opencontainers.image.version': version ?? '',
});

const write = (files: readonly Made[]): void => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, bytes } of files) {
    writeFileSync(join(folder, name), bytes);
    if (name.startsWith('tsinit-linux-')) chmodSync(join(folder, name), 0o755);
    console.log(`${(bytes.length / MEGABYTE).toFixed(1).padStart(8)} MB  ${name}`);
  }
  writeFileSync(join(folder, 'SHA256SUMS'), files.map(({ name, bytes }) => `${sha256(bytes)}  ${name}\n`).join(''));
};

try {
  await main();
} catch (error) {
  explainFailure(error);
}
