/** A stop is asked for and no supervisor is there to do it: init does it alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { converse, type Conversation } from '../../support/fake-supervisor.ts';
import { fixture } from '../../support/fixtures.ts';

const teller = fixture('tell_signals');

/** Uses up the immediate restarts, so that init waits before the next. */
const exhaust = (conversation: Conversation): Promise<void> => exhaustFrom(conversation, 1);

const exhaustFrom = async ({ tell, line, container }: Conversation, first: number): Promise<void> => {
  for (let start = first; !/in \d+ ms/.test(container.stderr.text()); start++) {
    await line(/^SYNCED$/, start);
    tell('ready');
    tell('crash 9');
    await container.stderr.line(/supervisor ended by/, start);
  }
};

test('TERM stops every run by its own stop signal and scope, passes last words on, exits with 143', async (t) => {
  const conversation = await converse(t);
  const { container, tell, line } = conversation;
  tell(`spawn 1 stdout=2 stop=40:10000:0 -- ${teller} --name one --child --exit 40=0`);
  tell(`spawn 2 stdout=1 stop=41:10000:1 -- ${teller} --name two --exit 41=0`);
  await Promise.all([line(/^one ready$/), line(/^SPAWNED 2/)]);
  await exhaust(conversation);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 143);
  assert.match(container.stdout.text(), /^one signal 40$/m);
  assert.doesNotMatch(container.stdout.text(), /^one-child signal 40$/m);
  assert.match(container.stdout.text(), /^two ready$/m);
  assert.match(container.stdout.text(), /^two signal 41$/m);
  assert.match(container.stderr.text(), /there is no supervisor to handle SIGTERM; stopping 2 programs without it/);
});

test('which signals ask for a stop is what a supervisor has said last', async (t) => {
  const conversation = await converse(t);
  const { container, tell, line } = conversation;
  tell('ready');
  tell('stops 28');
  tell(`spawn 1 stdout=2 stop=15:10000:1 -- ${teller} --exit 15=0`);
  await line(/^main ready$/);
  tell('crash 9');
  await exhaustFrom(conversation, 2);
  container.signal('SIGTERM');
  container.signal('SIGWINCH');
  assert.equal(await container.ended, 128 + 28);
  assert.match(container.stderr.text(), /there is no supervisor to handle SIGWINCH/);
});

test('who does not stop in its time is killed, sessions of their own included', async (t) => {
  const conversation = await converse(t);
  const { container, tell, line } = conversation;
  tell(`spawn 1 stdout=2 stop=15:50:1 -- ${teller} --child --orphan`);
  await line(/^main ready$/);
  await exhaust(conversation);
  container.signal('SIGINT');
  assert.equal(await container.ended, 130);
});

test('a supervisor that never gets ready does not hold up a stop', async (t) => {
  const { container, tell, line } = await converse(t);
  tell(`spawn 1 stdout=2 stop=15:10000:1 -- ${teller} --exit 15=0`);
  await line(/^main ready$/);
  container.signal('SIGTERM');
  await line(/^SIGNAL 15 /);
  assert.equal(await container.ended, 143);
});

test('a stop that was under way goes on', async (t) => {
  const conversation = await converse(t);
  const { container, tell, line } = conversation;
  tell(`spawn 1 stdout=2 stop=15:10000:1 -- ${teller} --exit 15=0`);
  await line(/^main ready$/);
  for (let start = 1; start <= 11; start++) {
    await line(/^SYNCED$/, start);
    tell('ready');
    if (start === 11) tell('stopping');
    tell('crash 9');
    await container.stderr.line(/supervisor/, start);
  }
  assert.equal(await container.ended, 143);
});
