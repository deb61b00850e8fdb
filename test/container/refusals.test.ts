/** What a container does not allow is told in one line, with the number and what to do; nothing hangs. */
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import test from 'node:test';
import { fixture } from '../support/fixtures.ts';
import { configFile } from '../support/supervise.ts';
import { engines } from './engine.ts';
import { buildProductImage, PRODUCT_IMAGE, works } from './images.ts';

const cases: readonly (readonly [string, number, RegExp])[] = [
  ['--pids-limit=3', 125, /^tsinit: cannot supervise: this container may have 3 processes and threads, tsinit itself needs 5; raise the limit/m],
  ['--memory=8m', 1, /giving up: this container may use 8 MiB of memory, supervise mode needs 32; raise the limit/],
];

for (const engine of engines()) {
  test(`${engine.name}: too few processes and too little memory are told`, async (t) => {
    if (!(await works(engine, fixture('probe')))) return t.skip(`${engine.name} runs no containers here`);
    await buildProductImage(engine);
    const folder = dirname(configFile(t, '[program:a]\ncommand=/nothing\n'));
    for (const [option, code, sentence] of cases) {
      if (!(await works(engine, fixture('probe'), option))) continue; // an engine that cannot limit says so
      const done = await engine.run('run', '--rm', '--network=none', option, `--volume=${folder}:/etc/tsinit:ro`, PRODUCT_IMAGE);
      assert.equal(done.code, code, done.stderr);
      assert.match(done.stderr, sentence);
    }
  });
}
