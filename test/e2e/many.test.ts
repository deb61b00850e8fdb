/** Two hundred programs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../support/fixtures.ts';
import { supervise } from '../support/supervise.ts';

test('200 programs start, speak and stop', { timeout: 90_000 }, async (t) => {
  const config = `[program:p]\ncommand=${fixture('tell_signals')} --exit 15=0\nnumprocs=200\nprocess_name=p_%(process_num)03d\nstartsecs=0\n`;
  const container = await supervise(t, config);
  await container.stdout.line(/^p:p_\d{3} \| main ready$/, 200);
  container.signal('SIGUSR1');
  await container.stdout.line(/^p:p_\d{3} \| main signal 10$/, 200);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  const stopped = new Set(container.stdout.lines.filter((line) => line.endsWith('signal 15')));
  assert.equal(stopped.size, 200);
});
