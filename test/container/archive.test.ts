/** The release's image archive of two architectures, as an engine takes it: each machine gets the image of its own. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { ociArchive } from '../../build/release/oci.ts';
import { temporaryFolder } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { engines } from './engine.ts';
import { works } from './images.ts';

const name = 'tsinit-test-archive';
const machines = { amd64: 'x64', arm64: 'arm64' } as const;

for (const engine of engines().filter((each) => each.name === 'podman')) {
  test('podman takes the architecture that is asked for out of the archive', { timeout: 240_000 }, async (t) => {
    if (!(await works(engine, fixture('probe')))) return t.skip('podman runs no containers here');
    const program = readFileSync(fixture('probe'));
    const platforms = Object.keys(machines).map((architecture) => ({ architecture: architecture === 'arm64' ? 'arm64' : 'amd64', file: program }) as const);
    const file = join(temporaryFolder(t), 'image.tar');
    writeFileSync(file, ociArchive(platforms, { 'org.opencontainers.image.title': 'tsinit' }, name).bytes);
    t.after(() => engine.run('rmi', '-f', name).then(() => undefined));
    for (const [architecture, machine] of Object.entries(machines)) {
      const pulled = await engine.run('pull', '-q', '--arch', architecture, `oci-archive:${file}`);
      assert.equal(pulled.code, 0, pulled.stderr);
      const image = pulled.stdout.trim();
      const seen = await engine.run(
        'image',
        'inspect',
        '--format',
        '{{.Architecture}} {{.Config.Entrypoint}} {{index .Labels "org.opencontainers.image.title"}}',
        image,
      );
      assert.equal(seen.stdout.trim(), `${architecture} [/tsinit] tsinit`);
      if (machine !== process.arch) continue;
      const ran = await engine.run('run', '--rm', '--network=none', image, '--exit', '5');
      assert.equal(ran.code, 5, ran.stderr);
    }
  });
}
