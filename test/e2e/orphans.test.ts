/** Orphans in supervise mode: adopted, reaped, none left. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { linesOf, once, steady, supervise } from '../support/supervise.ts';

test('20,000 orphans in bursts leave no zombie', { timeout: 120_000 }, async (t) => {
  const container = await supervise(t, once('o', `${fixture('orphans')} 20000 500`) + steady('s', `${fixture('tell_signals')} --exit 15=0`));
  await container.stdout.line(/orphans 20000/);
  await container.stdout.line(/s +\| main ready/);
  await until(() => container.processes().every((process) => process.state !== 'Z'));
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.deepEqual(linesOf(container.stdout.lines, 's'), ['main ready', 'main signal 15']);
});

test('a program ends as it ended, also in the middle of a storm', { timeout: 60_000 }, async (t) => {
  const container = await supervise(t, once('o', `${fixture('orphans')} 5000 500`) + once('x', `/bin/sh -c 'exit 77'`));
  assert.equal(await container.ended, 77, container.stderr.text());
});
