/** The first supervisor cannot be started: the container may have no further process. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { type Container, childrenOf, startContainer, tsinit } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { forRoot } from '../support/root.ts';
import { configFile, steady } from '../support/supervise.ts';

const options = { ...forRoot, timeout: 50_000 };
/** The limit of processes is of a user: one that no other test becomes. */
const USER = '64037';
const LIMIT = 20;
/** Uses up all processes, then becomes the command. */
const USE_UP = `for each in $(seq ${LIMIT - 1}); do sleep 1000 & done; exec "$0" "$@"`;

const startWithout = (t: TestContext): Promise<Container> => {
  const config = configFile(t, steady('a', `${fixture('tell_signals')} --exit 15=0`));
  const limited = ['/usr/bin/prlimit', `--nproc=${LIMIT}:${LIMIT}`, '/bin/sh', '-c', USE_UP];
  return startContainer(t, [...limited, tsinit, '-c', config], { launcher: ['--uid', USER] });
};

test('is tried again until there is room', options, async (t) => {
  const container = await startWithout(t);
  await container.stderr.line(/^tsinit: cannot start the supervisor: Resource temporarily unavailable; trying again in 100 ms$/);
  for (const sleeper of childrenOf(container)) process.kill(sleeper, 'SIGKILL');
  await container.stdout.line(/a +\| main ready/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
});

test('is given up after ten tries, with a code that says so', options, async (t) => {
  const container = await startWithout(t);
  assert.equal(await container.ended, 125, container.stderr.text());
  assert.match(container.stderr.text(), /^tsinit: cannot start the supervisor: Resource temporarily unavailable; giving up after 10 tries$/mu);
});

test('and a stop does not wait for it', options, async (t) => {
  const container = await startWithout(t);
  await container.stderr.line(/trying again in 400 ms$/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 143, container.stderr.text());
});
