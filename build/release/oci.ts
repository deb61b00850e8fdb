/**
 * An OCI image archive of /tsinit alone, for one architecture or several: what `podman load` and `skopeo copy oci-archive:` take. Written
 * by hand, so that no engine is needed and the bytes are the same each time.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { tar, type Entry } from './tar.ts';

export type Platform = { readonly architecture: 'amd64' | 'arm64'; readonly file: Uint8Array };

type Descriptor = {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: object;
  readonly annotations?: Readonly<Record<string, string>>;
};

const TYPE = 'application/vnd.oci.image';
const BEST = 9;

/** The archive, and how large the layer of each architecture is as it travels. */
export const ociArchive = (
  platforms: readonly Platform[],
  labels: Readonly<Record<string, string>>,
  name = 'tsinit',
): { readonly bytes: Uint8Array; readonly layers: readonly number[] } => {
  const blobs = new Map<string, Uint8Array>();
  const keep = (mediaType: string, bytes: Uint8Array): Descriptor => {
    const hash = sha256(bytes);
    blobs.set(hash, bytes);
    return { mediaType, digest: `sha256:${hash}`, size: bytes.length };
  };
  const layers: number[] = [];
  const manifests = platforms.map(({ architecture, file }) => {
    const content = tar([{ name: 'tsinit', content: file, mode: 0o755 }]);
    const layer = keep(`${TYPE}.layer.v1.tar+gzip`, gzipSync(content, { level: BEST }));
    layers.push(layer.size);
    const config = keep(`${TYPE}.config.v1+json`, json(configOf(architecture, sha256(content), labels)));
    const manifest = keep(`${TYPE}.manifest.v1+json`, json({ schemaVersion: 2, mediaType: `${TYPE}.manifest.v1+json`, config, layers: [layer] }));
    return { ...manifest, platform: { architecture, os: 'linux' } };
  });
  const index = { schemaVersion: 2, mediaType: `${TYPE}.index.v1+json`, manifests: named(name, manifests, keep) };
  const entries: Entry[] = [
    { name: 'oci-layout', content: json({ imageLayoutVersion: '1.0.0' }) },
    { name: 'index.json', content: json(index) },
    { name: 'blobs/', content: new Uint8Array(0) },
    { name: 'blobs/sha256/', content: new Uint8Array(0) },
    ...[...blobs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([hash, content]) => ({ name: `blobs/sha256/${hash}`, content })),
  ];
  return { bytes: tar(entries), layers };
};

/** Several architectures stand behind an index of their own, so that the archive holds one image. */
const named = (name: string, manifests: readonly Descriptor[], keep: (type: string, bytes: Uint8Array) => Descriptor): readonly Descriptor[] => {
  const annotations = { 'org.opencontainers.image.ref.name': name };
  const [only] = manifests;
  if (manifests.length === 1 && only !== undefined) return [{ ...only, annotations }];
  return [{ ...keep(`${TYPE}.index.v1+json`, json({ schemaVersion: 2, mediaType: `${TYPE}.index.v1+json`, manifests })), annotations }];
};

const configOf = (architecture: string, layer: string, labels: Readonly<Record<string, string>>): object => ({
  architecture,
  os: 'linux',
  config: { Entrypoint: ['/tsinit'], Labels: labels },
  rootfs: { type: 'layers', diff_ids: [`sha256:${layer}`] },
});

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
