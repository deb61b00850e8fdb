/**
 * A small part of the matrix (build/containers.ts runs all of it) for every test run on a machine with an engine: the file in an empty image.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { fixture } from '../support/fixtures.ts';
import { runCell } from './cell.ts';
import { engines } from './engine.ts';
import { buildProductImage, buildTestImage, testImages, works } from './images.ts';
import { makeProbe } from './probe.ts';
import { situations } from './situations.ts';

const chosen = ['ends by itself', '`-t`', 'all of these'];

for (const engine of engines()) {
  test(`${engine.name} runs the file in an empty image, in both modes`, async (t) => {
    if (!(await works(engine, fixture('probe')))) return t.skip(`${engine.name} runs no containers here`);
    const [image] = testImages().filter(({ name }) => name === 'scratch');
    assert.ok(image !== undefined);
    await buildProductImage(engine);
    await buildTestImage(engine, image);
    const probe = makeProbe();
    t.after(probe.remove);
    for (const situation of situations.filter(({ name }) => chosen.includes(name))) {
      for (const mode of ['direct', 'supervise'] as const) {
        assert.equal(await runCell(engine, { image, situation, mode }, probe.folder), null, `${situation.name}, ${mode}`);
      }
    }
  });
}
