/** A program on its way to exec whose file does not answer: init serves everything else meanwhile. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { converse } from '../../support/fake-supervisor.ts';
import { hungFile } from '../../support/hung-file.ts';

const limit = { timeout: 30_000 };

test('other programs start and end meanwhile; it is told when the file answers', limit, async (t) => {
  const hung = await hungFile(t, '/bin/true');
  const { container, tell, line } = await converse(t);
  tell(`spawn 1 -- ${hung.path}`);
  await hung.asked();
  tell('spawn 2 -- true');
  await line(/^EXITED 2 .* status=0 /);
  assert.doesNotMatch(container.stdout.text(), /^SPAWNED 1 /mu);
  hung.answer();
  await line(/^SPAWNED 1 /);
  await line(/^EXITED 1 .* status=0 /);
});

test('execs end in any order, and are told in the order of the requests', limit, async (t) => {
  const hung = await hungFile(t, '/bin/true');
  const { container, tell, line } = await converse(t);
  tell(`spawn 1 -- ${hung.path}`);
  for (const run of [2, 3, 4]) tell(`spawn ${run} -- true`);
  await hung.asked();
  hung.answer();
  await line(/^EXITED 4 /);
  const spawned = [...container.stdout.text().matchAll(/^SPAWNED (\d)/gmu)].map(([, run]) => run);
  assert.deepEqual(spawned, ['1', '2', '3', '4']);
});

test('a signal ends it', limit, async (t) => {
  const hung = await hungFile(t, '/bin/true');
  const { tell, line } = await converse(t);
  tell(`spawn 1 -- ${hung.path}`);
  await hung.asked();
  tell('kill 1 15 1');
  await line(/^SPAWNED 1 /);
  await line(/^EXITED 1 .* status=f /);
});

test('it can be called off; what has been executed cannot', limit, async (t) => {
  const hung = await hungFile(t, '/bin/true');
  const { container, tell, line } = await converse(t);
  tell(`spawn 1 -- ${hung.path}`);
  tell('spawn 2 -- sleep 1000');
  await hung.asked();
  await line(/^SPAWNED 2 /);
  tell('kill 1 9 3');
  tell('kill 2 9 3');
  await line(/^SPAWN_FAILED 1 stage=17 errno=125 /);
  tell('spawn 3 -- true');
  await line(/^EXITED 3 /);
  assert.doesNotMatch(container.stdout.text(), /EXITED 2|SPAWNED 1/u);
});

test('a successor is told of it, and then what became of it', limit, async (t) => {
  const hung = await hungFile(t, '/bin/echo');
  const { tell, line } = await converse(t);
  tell('ready');
  tell(`spawn 1 stdout=1 -- ${hung.path} late`);
  await hung.asked();
  tell('crash 9');
  await line(/^RUN 1 .*state=17 .*streams=0/);
  await line(/^SYNCED$/, 2);
  hung.answer();
  await line(/^SPAWNED 1 .*streams=2/);
  tell('read 1 1');
  await line(/late/);
});

test('EXIT ends it', limit, async (t) => {
  const hung = await hungFile(t, '/bin/true');
  const { tell, end } = await converse(t);
  tell(`spawn 1 -- ${hung.path}`);
  await hung.asked();
  assert.equal(await end(3), 3);
});
