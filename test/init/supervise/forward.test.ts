/** FORWARD: a signal for those processes of a run's group that expect it, and for no other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { converse } from '../../support/fake-supervisor.ts';
import { fixture } from '../../support/fixtures.ts';

const teller = fixture('tell_signals');
const limit = { timeout: 30_000 };

test('who waits for it hears of it, once; who would end of it, and the runs that are not named, do not', limit, async (t) => {
  const { tell, line, container } = await converse(t);
  tell(`spawn 1 stdout=2 -- ${teller} --child --orphan`);
  tell(`spawn 2 stdout=2 -- ${teller} --name other`);
  tell('spawn 4 -- sleep 1000');
  await Promise.all([/^main ready$/, /^main-session ready$/, /^other ready$/].map((pattern) => line(pattern)));
  await line(/^SPAWNED 4/);
  for (const run of [1, 4, 99]) tell(`forward 10 ${run}`);
  await Promise.all([/^main signal 10$/, /^main-child signal 10$/].map((pattern) => line(pattern)));
  tell('forward 12 1');
  await line(/^main signal 12$/);
  tell('kill 4 9 0');
  await line(/^EXITED 4 .* status=9 /);
  const told = container.stdout.lines.filter((each) => each.endsWith(' signal 10'));
  assert.deepEqual(told.toSorted(), ['main signal 10', 'main-child signal 10']);
});
