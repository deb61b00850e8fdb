/** Nobody reads the container's standard error: init goes on with its work, and says later how much is missing. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { type Container, childrenOf, killSupervisor, startContainer, temporaryFolder, tsinit, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { hangCalls, needsTracer } from '../support/hung-file.ts';
import { configFile, steady } from '../support/supervise.ts';

const limit = { timeout: 50_000 };
const tell = fixture('tell_signals');

/** Fills the pipe to the last byte by a description of its own, then becomes the command. */
const FILL_STDERR = `for size in 4096 1; do yes | dd of=/proc/self/fd/9 oflag=nonblock bs=$size 9>&2 2>/dev/null; done; exec "$0" "$@"`;

const startUnread = (t: TestContext, command: readonly string[]): Promise<Container> =>
  startContainer(t, ['/bin/sh', '-c', FILL_STDERR, ...command], { isErrorRead: false });

/** Leaves an orphan behind and names it. */
const withOrphan = `/bin/sh -c 'sh -c "sleep 1000 & echo orphan \\$!"; exec ${tell} --exit 15=0'`;

const startFull = async (t: TestContext): Promise<Container> => {
  const container = await startUnread(t, [tsinit, '-c', configFile(t, steady('a', withOrphan, 'stderr_logfile=NONE'))]);
  await container.stdout.line(/a +\| main ready/);
  for (let kill = 0; kill < 2; kill++) await killSupervisor(container);
  return container;
};

test('with a full standard error init reaps orphans and answers a stop', limit, async (t) => {
  const container = await startFull(t);
  const orphan = Number((await container.stdout.line(/a +\| orphan (\d+)/))[1]);
  const outer = childrenOf(container).find((pid) => innerPid(pid) === orphan);
  assert.ok(outer !== undefined, 'init has adopted it');
  process.kill(outer, 'SIGKILL');
  await until(() => !childrenOf(container).includes(outer));
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
  assert.match(container.stdout.text(), /a +\| main signal 15/);
});

test('what could not be said is counted, and the count is said to the next reader', limit, async (t) => {
  const container = await startFull(t);
  container.readErrors();
  await container.stderr.line(/tsinit: 2 messages of init could not be written here in time$/);
  await killSupervisor(container);
  await container.stderr.line(/tsinit: supervisor ended by SIGKILL; starting it again(?: in \d+ ms)?, 1 program runs on/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
});

test('in direct mode too', limit, async (t) => {
  const container = await startUnread(t, [tsinit, '-vv', '--', tell, '--exit', '15=3']);
  await container.stdout.line(/main ready/);
  container.signal('SIGUSR1');
  await container.stdout.line(/main signal 10/);
  container.readErrors();
  await container.stderr.line(/tsinit: 2 messages of init could not be written here in time$/); // that it was started, and the signal
  container.signal('SIGTERM');
  assert.equal(await container.ended, 3);
});

test('a disk that does not take a message holds up nothing else', { ...limit, ...needsTracer }, async (t) => {
  const file = join(temporaryFolder(t), 'errors');
  const container = await startContainer(t, ['/bin/sh', '-c', `exec "$0" "$@" 2>${file}`, tsinit, '-vv', '--', tell, '--exit', '15=3']);
  await container.stdout.line(/main ready/);
  await until(() => readFileSync(file, 'latin1').includes('child started'));
  const answer = await hangCalls(t, container.pid, 'write', file);
  container.signal('SIGUSR1');
  await container.stdout.line(/main signal 10/);
  assert.doesNotMatch(readFileSync(file, 'latin1'), /SIGUSR1/);
  container.signal('SIGTERM');
  await container.stdout.line(/main signal 15/);
  answer();
  assert.equal(await container.ended, 3);
});

/** A pid in its own namespace. */
const innerPid = (pid: number): number => Number(/^NSpid:.*\t(\d+)$/mu.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
