/** What init keeps is bounded, and the bound is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../support/container.ts';
import { converse } from '../../support/fake-supervisor.ts';
import { fixture } from '../../support/fixtures.ts';

test('4096 runs, the next one is refused, and room comes back', async (t) => {
  const { container, tell, line } = await converse(t);
  const ended = (): number => container.stdout.lines.filter((each) => each.startsWith('EXITED ')).length;
  tell(`many 4096 1 ${fixture('start_times')}`);
  await until(() => ended() === 4096);
  tell('spawn 5000 -- true');
  await line(/^SPAWN_FAILED 5000 stage=18 errno=11 .*4096 runs/);
  tell('release 77');
  tell('spawn 5001 -- true');
  await line(/^EXITED 5001 /);
  tell('ready');
  tell('crash 9');
  await line(/^SYNCED$/, 2);
  const known = container.stdout.lines.filter((each) => each.startsWith('RUN '));
  assert.equal(known.length, 4096);
  assert.equal(new Set(known.map((each) => each.split(' ')[1])).size, 4096);
});

test('an environment of megabytes reaches the supervisor whole', async (t) => {
  const env = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`BIG${index}`, 'x'.repeat(100_000)]));
  const { line } = await converse(t, { env: { PATH: '/bin:/usr/bin', ...env } });
  const [, block] = await line(/^HELLO .* block=(\d+) strings=13 /);
  assert.ok(Number(block) > 1_200_000);
});

test('a spawn request of two megabytes', async (t) => {
  const { tell, line } = await converse(t);
  const environment = Array.from({ length: 200 }, (_, index) => `env=V${index}=${'y'.repeat(250)}`).join(' ');
  tell(`spawn 1 ${environment} stdout=2 -- ${fixture('report')} env:V199`);
  await line(/^env 563139393d79/);
});

test('a supervisor that does not listen while a thousand spawns fail', async (t) => {
  const { container, tell } = await converse(t);
  tell('many 3000 1 no-such-program');
  await until(() => container.stdout.lines.filter((each) => each.startsWith('SPAWN_FAILED ')).length === 3000);
});
