/** A container whose memory runs out: the program that the kernel killed is named, in the log and in the report about the exit. */
import assert from 'node:assert/strict';
import { chmodSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fixture } from '../support/fixtures.ts';
import { configFile } from '../support/supervise.ts';
import { engines } from './engine.ts';
import { buildProductImage, PRODUCT_IMAGE, works } from './images.ts';

const LIMIT = '--memory=160m';
const config = `[tsinit]
exit_policy=all
exit_report=/etc/tsinit/report
[program:eater]
command=/etc/tsinit/eater
oom_score_adj=500
autorestart=false
`;

for (const engine of engines()) {
  test(`${engine.name}: killed for want of memory`, async (t) => {
    if (!(await works(engine, fixture('probe'), LIMIT))) return t.skip(`${engine.name} limits no memory here`);
    await buildProductImage(engine);
    const folder = dirname(configFile(t, config));
    chmodSync(folder, 0o777);
    const eater = `--volume=${fixture('eater')}:/etc/tsinit/eater:ro`;
    const done = await engine.run('run', '--rm', '--network=none', LIMIT, `--volume=${folder}:/etc/tsinit`, eater, PRODUCT_IMAGE);
    assert.equal(done.code, 137, done.stderr);
    assert.match(done.stderr, /exited: eater \(terminated by SIGKILL \(out of memory\); not expected\)/);
    const report = JSON.parse(readFileSync(join(folder, 'report'), 'utf8'));
    assert.deepEqual([report.program.name, report.program.signal, report.program.outOfMemory, report.outOfMemory], ['eater', 9, true, true]);
    return undefined;
  });
}
