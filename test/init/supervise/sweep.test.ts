/** SWEEP ends all descendants, wherever they went, and spares the supervisor. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../support/container.ts';
import { converse } from '../../support/fake-supervisor.ts';
import { fixture } from '../../support/fixtures.ts';

const teller = fixture('tell_signals');

test('who ignores TERM is killed after the grace, in sessions of their own too', async (t) => {
  const { container, tell, line } = await converse(t);
  tell(`spawn 1 stdout=2 -- ${teller} --child --orphan`);
  await line(/^main ready$/);
  tell('sweep 50');
  await Promise.all(['main', 'main-child', 'main-session'].map((name) => line(new RegExp(`^${name} signal 15$`))));
  await line(/^SWEPT 3$/);
  await line(/^EXITED 1 .* status=9 /);
  // What is dead is swept; it is reaped with the next burst of ends.
  await until(() => container.processes().length === 1);
  assert.match(container.processes()[0]?.command ?? '', /fake_supervisor/);
});

test('orphans of a program that has ended, in a session of their own, hear TERM', async (t) => {
  const { tell, line } = await converse(t);
  tell(`spawn 1 stdout=2 -- ${teller} --orphan --exit 40=0`);
  await line(/^main ready$/);
  tell('kill 1 40 1');
  await line(/^EXITED 1 .* flags=3 .* left='tell_signals/);
  tell('sweep 50');
  await line(/^main-session signal 15$/);
  await line(/^SWEPT 1$/);
});

test('without grace KILL comes first; without descendants the answer comes at once', async (t) => {
  const { container, tell, line } = await converse(t);
  tell('sweep 100000');
  await line(/^SWEPT 0$/);
  tell(`spawn 1 stdout=2 -- ${teller} --orphan`);
  await line(/^main ready$/);
  tell('sweep 0');
  await line(/^SWEPT 2$/);
  assert.doesNotMatch(container.stdout.text(), /signal 15/);
});

test('who ends at TERM is not counted, and nobody waits for the grace', async (t) => {
  const { tell, line } = await converse(t);
  tell('spawn 1 -- sleep 1000');
  await line(/^SPAWNED 1 /);
  tell('sweep 1000000');
  await line(/^SWEPT 0$/);
  await line(/^EXITED 1 .* status=f /);
});

test('beside PID 1: a subreaper sweeps its own descendants and nobody else', async (t) => {
  const { tell, line, end } = await converse(t, { launcher: ['--no-namespace'] });
  await line(/^HELLO .* flags=2 /);
  tell(`spawn 1 stdout=2 -- ${teller} --child --orphan`);
  await line(/^main ready$/);
  tell('sweep 20');
  await line(/^SWEPT 3$/);
  assert.equal(await end(4), 4);
});
