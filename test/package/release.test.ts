/** What a release is packed into: archives that other tools read, and that are equal when their content is. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';
import { debianPackage } from '../../build/release/deb.ts';
import { ociArchive } from '../../build/release/oci.ts';
import { tar } from '../../build/release/tar.ts';
import { temporaryFolder } from '../support/container.ts';
import { isInPath } from '../support/fixtures.ts';

const file = Buffer.from('a program, more or less\n');
const deb = { version: '1.2.3', architecture: 'amd64', file, copyright: 'ours\n', maintainer: 'somebody' } as const;

const unpacked = (folder: string, bytes: Uint8Array): void => {
  execFileSync('tar', ['-x', '-C', folder], { input: bytes });
};

test('an archive is read by tar, with names, modes and content', (t) => {
  const bytes = tar([
    { name: 'folder/', content: new Uint8Array(0) },
    { name: 'folder/program', content: file, mode: 0o755 },
    { name: 'empty', content: new Uint8Array(0) },
  ]);
  const listed = execFileSync('tar', ['-tv'], { input: bytes, encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC' } });
  assert.match(listed, /^drwxr-xr-x root\/root +0 1970-01-01 00:00 folder\/$/m);
  assert.match(listed, /^-rwxr-xr-x root\/root +24 1970-01-01 00:00 folder\/program$/m);
  const folder = temporaryFolder(t);
  unpacked(folder, bytes);
  assert.deepEqual(readFileSync(join(folder, 'folder/program')), file);
  assert.throws(() => tar([{ name: 'x'.repeat(101), content: file }]), /its name is too long/);
});

test('an image archive holds, by their hashes, what its index names', (t) => {
  const { bytes, layers } = ociArchive(
    [
      { architecture: 'amd64', file },
      { architecture: 'arm64', file: Buffer.from('another') },
    ],
    { label: 'value' },
  );
  assert.equal(layers.length, 2);
  const folder = temporaryFolder(t);
  unpacked(folder, bytes);
  const blob = (digest: string): Buffer => {
    const content = readFileSync(join(folder, 'blobs', digest.replace(':', '/')));
    assert.equal(`sha256:${createHash('sha256').update(content).digest('hex')}`, digest);
    return content;
  };
  type Index = { readonly manifests: readonly { readonly digest: string; readonly platform?: { readonly architecture: string } }[] };
  type Manifest = { readonly config: { readonly digest: string }; readonly layers: readonly { readonly digest: string }[] };
  const top = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Index;
  const index = JSON.parse(blob(top.manifests[0]?.digest ?? '').toString()) as Index;
  assert.deepEqual(
    index.manifests.map(({ platform }) => platform?.architecture),
    ['amd64', 'arm64'],
  );
  const manifest = JSON.parse(blob(index.manifests[0]?.digest ?? '').toString()) as Manifest;
  const layer = gunzipSync(blob(manifest.layers[0]?.digest ?? ''));
  const config = JSON.parse(blob(manifest.config.digest).toString()) as {
    readonly rootfs: { readonly diff_ids: readonly string[] };
    readonly config: { readonly Entrypoint: readonly string[] };
  };
  assert.deepEqual(config.config.Entrypoint, ['/tsinit']);
  assert.deepEqual(config.rootfs.diff_ids, [`sha256:${createHash('sha256').update(layer).digest('hex')}`]);
  assert.equal(execFileSync('tar', ['-t'], { input: layer, encoding: 'utf8' }), 'tsinit\n');
});

test('a Debian package is read by dpkg', { skip: isInPath('dpkg-deb') ? false : 'no dpkg-deb' }, (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'package.deb');
  writeFileSync(path, debianPackage(deb));
  assert.equal(
    execFileSync('dpkg-deb', ['-f', path, 'Package', 'Version', 'Architecture'], { encoding: 'utf8' }),
    'Package: tsinit\nVersion: 1.2.3\nArchitecture: amd64\n',
  );
  execFileSync('dpkg-deb', ['-x', path, join(folder, 'root')]);
  assert.deepEqual(readFileSync(join(folder, 'root/usr/bin/tsinit')), file);
});

test('the same content gives the same bytes', () => {
  assert.deepEqual(debianPackage(deb), debianPackage(deb));
  const image = (): Uint8Array => ociArchive([{ architecture: 'amd64', file }], {}).bytes;
  assert.deepEqual(image(), image());
});
